package geo

// Point is a place.
type Point struct{ X, Y int }
