package journal

import (
	"os"
	"os/exec"
	"testing"
)

func TestALeaseOfADeadProcessIsTakenOver(t *testing.T) {
	j := open(t, inFile(t))
	child := exec.Command(os.Args[0], "-test.run=^$")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	if !alive(os.Getpid()) || alive(child.Process.Pid) {
		t.Error("who is alive and who is not")
	}
	l, err := j.Lease(t.Context(), "SAR-2026-0001", "Pat")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	update(t, j, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE leases SET process = ?`, child.Process.Pid)
		return err
	})
	other, err := j.Lease(t.Context(), "SAR-2026-0001", "Sam")
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Release(); err != nil {
		t.Error(err)
	}
}
