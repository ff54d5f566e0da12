"""What belongs to another authority is sent on to it, and its sender is told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0033_words_of_rights"),
    ]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("received", "Request received"),
                    ("added", "Further message received"),
                    ("taken", "Taken"),
                    ("assigned", "Assigned"),
                    ("released", "Released"),
                    ("described", "Short content written"),
                    ("noted", "Note written"),
                    ("answer_queued", "Answer queued for sending"),
                    ("mail_sent", "Mail accepted by the mail server"),
                    ("mail_failed", "Mail could not be sent"),
                    ("mail_retried", "Mail sent again"),
                    ("mail_settled", "Settled without the mail"),
                    ("mail_held", "Mail held after a restore"),
                    ("withdrawn", "Answer withdrawn before it was sent"),
                    ("delayed", "Delay notice sent"),
                    ("forwarded", "Sent on to another authority"),
                    ("rerouted", "Topic or unit changed"),
                    ("not_closed", "Could not be closed when the mail had been sent"),
                    ("not_handed_over", "Could not be handed over when the answer had been sent"),
                    ("moved", "State changed"),
                    ("spoken", "Answered by telephone or in person"),
                    ("answered", "Answered"),
                    ("closed", "Closed"),
                    ("reopened", "Reopened"),
                    ("merged", "Merged"),
                    ("unmerged", "Unmerged"),
                    ("quarantined", "Put in quarantine"),
                    ("unquarantined", "Let out of quarantine"),
                    ("file_locked", "Malicious file locked"),
                    ("auto_replied", "Automatic reply came"),
                    ("triaged", "Decided how it is kept"),
                    ("held", "Disposal stopped"),
                    ("freed", "Stop of disposal lifted"),
                    ("disposed", "Disposed of"),
                    ("secrecy_set", "Marked as under secrecy"),
                    ("secrecy_lifted", "Mark of secrecy lifted"),
                    ("invited", "A colleague let in"),
                    ("times_proposed", "Times for a meeting proposed"),
                    ("time_chosen", "The sender chose a time"),
                    ("rated", "The sender said whether they were helped"),
                    ("link_renewed", "New link to the sender's page"),
                    ("link_sent", "Link to the sender's page sent"),
                    ("revealed", "Personal identity number shown in full"),
                    ("handed_out", "Documents handed out"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.AlterField(
            model_name="outboxmail",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("receipt", "Receipt"),
                    ("answer", "Answer"),
                    ("copy", "Copy of an answer"),
                    ("delay", "Delay notice"),
                    ("alert", "Notice to the officer"),
                    ("code", "Code for the sender's page"),
                    ("link", "Link to the sender's page"),
                    ("forward", "Sent on to another authority"),
                    ("forwarded", "Notice that it was sent on"),
                ],
                max_length=10,
                verbose_name="purpose",
            ),
        ),
    ]
