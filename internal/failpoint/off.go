//go:build !failpoint

package failpoint

// Here does nothing in a program that is built without the tag failpoint.
func Here(string) {}
