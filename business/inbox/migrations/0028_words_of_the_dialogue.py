"""New words among what can be chosen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0027_statistics"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="scan",
            field=models.CharField(
                choices=[
                    ("not_needed", "Not scanned: no scanner is set up"),
                    ("waiting", "Waiting to be scanned"),
                    ("clean", "Scanned, nothing found"),
                    ("infected", "Malicious, locked"),
                    ("gone", "Disposed of"),
                ],
                default="waiting",
                editable=False,
                max_length=12,
                verbose_name="virus scan",
            ),
        ),
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
                    ("rerouted", "Topic or unit changed"),
                    ("not_closed", "Could not be closed when the answer had been sent"),
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
                    ("revealed", "Personal identity number shown in full"),
                    ("handed_out", "Documents handed out"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.AlterField(
            model_name="incomingmail",
            name="scan",
            field=models.CharField(
                choices=[
                    ("not_needed", "Not scanned: no scanner is set up"),
                    ("waiting", "Waiting to be scanned"),
                    ("clean", "Scanned, nothing found"),
                    ("infected", "Malicious, locked"),
                    ("gone", "Disposed of"),
                ],
                default="waiting",
                editable=False,
                max_length=12,
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
                ],
                max_length=10,
                verbose_name="purpose",
            ),
        ),
        migrations.AlterField(
            model_name="outboxmail",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting to be sent"),
                    ("sending", "Being sent"),
                    ("sent", "Accepted by the mail server"),
                    ("failed", "Could not be sent"),
                    ("withdrawn", "Withdrawn before it was sent"),
                    ("settled", "Could not be sent, and was settled another way"),
                    ("held", "Held after a restore: it may have been sent already"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="state",
            ),
        ),
    ]
