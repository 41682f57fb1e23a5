const char *name() {
  const char *text = "shop";
  return text;
}
