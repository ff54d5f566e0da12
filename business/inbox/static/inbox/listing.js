// The list of cases. Everything works without this file.
