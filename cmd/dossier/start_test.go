package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// The first output of the program comes within 50 ms of its start.
func BenchmarkStart(b *testing.B) {
	program := filepath.Join(b.TempDir(), "dossier")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	for b.Loop() {
		if err := exec.Command(program, "version").Run(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/start")
}
