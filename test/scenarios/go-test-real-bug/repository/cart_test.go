package shop

import "testing"

func TestTotal(t *testing.T) {
	for name, c := range map[string]struct {
		prices []int
		want   int
	}{
		"none": {nil, 0},
		"two":  {[]int{1, 2}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Total(c.prices...); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}
