LIMITS = {"rows": 250, "columns": 16}
