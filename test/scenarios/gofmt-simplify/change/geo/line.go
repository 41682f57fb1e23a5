package geo

// Line joins places.
var Line = []Point{
	Point{1, 2},
	Point{3, 4},
}

func each() {
	for i, _ := range Line {
		_ = i
	}
}
