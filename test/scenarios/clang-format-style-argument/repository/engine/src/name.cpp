const char *name() { return "Übung"; }
