"""From chosen guides and a wished opening day to days, money, papers and files."""
