int Sum(int a, int b) { return a + b; }
