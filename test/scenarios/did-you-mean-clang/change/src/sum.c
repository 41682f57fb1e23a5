int sum(int count, const int *values) {
  int total = 0;
  for (int i = 0; i < count; i++) totl += values[i];
  return total;
}
