package connectortest

import "time"

// Hurry makes the suite wait for a second where it would wait for a minute, and returns what ends that.
func Hurry() (end func()) {
	usual := patience
	patience = time.Second
	return func() { patience = usual }
}
