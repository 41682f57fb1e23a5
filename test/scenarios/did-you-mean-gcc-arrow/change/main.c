struct p { int x; };

int get(struct p *p) { return p.x; }

int main(void) { return 0; }
