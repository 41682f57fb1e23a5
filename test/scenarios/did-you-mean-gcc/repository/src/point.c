struct point {
  int width;
  int height;
};

int area(struct point p) { return p.width * p.height; }
