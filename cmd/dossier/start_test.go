package main

import (
	"os/exec"
	"testing"
)

// The first output of the program comes within 50 ms of its start.
func BenchmarkStart(b *testing.B) {
	path := program(b)
	for b.Loop() {
		if err := exec.Command(path, "version").Run(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/start")
}
