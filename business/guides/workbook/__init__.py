"""All guides' facts as one spreadsheet, out and in again."""
