//go:build !race

package main

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestSoak kills the program as often as DOSSIER_SOAK says, divided among the kinds of systems: at an instant by chance, or at a
// point by chance, also while it goes on after a kill. DOSSIER_SOAK_SEED repeats a run's choices.
func TestSoak(t *testing.T) {
	total, err := strconv.Atoi(os.Getenv("DOSSIER_SOAK"))
	if err != nil {
		t.Skip("SKIPPED: DOSSIER_SOAK does not say how many kills: make soak")
	}
	seed, err := strconv.ParseUint(os.Getenv("DOSSIER_SOAK_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	t.Logf("DOSSIER_SOAK_SEED=%d", seed)
	program := killable(t)
	var kills, plans atomic.Int64
	t.Run("kinds", func(t *testing.T) {
		for i, kind := range crashKinds {
			t.Run(kind.name, func(t *testing.T) {
				t.Parallel()
				share := (total + len(crashKinds) - 1) / len(crashKinds)
				w := newCrashWorld(t, kind, program, share+2)
				s := &soak{crashWorld: w, dice: rand.New(rand.NewPCG(seed, uint64(i))), points: w.points(1)}
				person := 2
				for ; s.kills < share && person < share+2; person++ {
					s.person(person)
				}
				if e := w.run("log", "verify"); e.code != 0 {
					t.Errorf("the log does not verify: %s", e)
				}
				kills.Add(int64(s.kills))
				plans.Add(int64(person - 1))
				t.Logf("%d kills", s.kills)
			})
		}
	})
	t.Logf("%d kills in %d plans: after each, what was planned was changed once, and the logs verify", kills.Load(), plans.Load())
	if kills.Load() < int64(total) {
		t.Errorf("%d kills were wanted", total)
	}
}

// soak is the soaking of one kind of system.
type soak struct {
	*crashWorld
	dice   *rand.Rand
	points []string
	kills  int
	takes  time.Duration // as long as a run takes that is not killed
}

// person erases a person, through up to four kills.
func (s *soak) person(n int) {
	s.t.Helper()
	plan := s.planned(n)
	killed := 0
	for done := false; !done && killed < 4; killed++ {
		if s.dice.IntN(2) == 0 {
			_, hit := s.exec(s.points[s.dice.IntN(len(s.points))], "apply", plan, "--yes")
			done = !hit
		} else {
			done = !s.killSoon("apply", plan, "--yes")
		}
		if done {
			break
		}
		s.kills++
	}
	if e := s.run("apply", plan, "--yes"); e.code != 0 {
		s.t.Fatalf("person %d, killed %d times, does not go on: %s", n, killed, e)
	}
	s.gone(n, "killed "+strconv.Itoa(killed)+" times")
}

// killSoon runs the program and kills it at an instant by chance. It reports whether the program was killed before it ended.
func (s *soak) killSoon(args ...string) bool {
	s.t.Helper()
	if s.takes == 0 {
		s.takes = 200 * time.Millisecond
	}
	cmd := exec.Command(s.program, s.args(args)...)
	cmd.Env = append(os.Environ(), s.env...)
	began := time.Now()
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	timer := time.AfterFunc(time.Duration(s.dice.Int64N(int64(s.takes))), func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	timer.Stop()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return true
		}
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.takes = time.Since(began)
	return false
}
