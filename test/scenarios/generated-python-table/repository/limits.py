LIMITS = {"rows": 100}
