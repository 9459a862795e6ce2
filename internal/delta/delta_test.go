package delta

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"
)

// noise returns bytes without a pattern, the same for the same seed.
func noise(seed uint64, n int) []byte {
	dice := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(dice.Uint32())
	}
	return b
}

func made(t testing.TB, base, target []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(t.Context(), &out, bytes.NewReader(base), int64(len(base)), iotest.HalfReader(bytes.NewReader(target))); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(NewReader(iotest.OneByteReader(bytes.NewReader(out.Bytes())), bytes.NewReader(base), int64(len(base))))
	if err != nil || !bytes.Equal(got, target) {
		t.Fatalf("%d bytes come back of %d, %v", len(got), len(target), err)
	}
	return out.Bytes()
}

// What comes back is the target, and a delta holds little but what the base lacks.
func TestDelta(t *testing.T) {
	base := noise(1, 300_000)
	insert := func(at int, more []byte) []byte { return slices.Insert(slices.Clone(base), at, more...) }
	changed := slices.Clone(base)
	changed[150_000]++
	for _, c := range []struct {
		name         string
		base, target []byte
		most         int // bytes of the delta
	}{
		{"both empty", nil, nil, 0},
		{"nothing left", base, nil, 0},
		{"from nothing", nil, base, len(base) + 100},
		{"the same", base, base, 10},
		{"one byte", base, changed, 2 * leastBlock},
		{"one byte more at the start", base, insert(0, []byte("x")), 20},
		{"some bytes more in the middle", base, insert(100_001, noise(2, 3000)), 3000 + 2*leastBlock},
		{"some bytes less", base, append(slices.Clone(base[:70_007]), base[90_001:]...), 2 * leastBlock},
		{"halves that changed places", base, append(slices.Clone(base[150_000:]), base[:150_000]...), 3 * leastBlock},
		{"shorter than a block", []byte("before"), []byte("after"), 10},
		{"the same over and over", make([]byte, 100_000), make([]byte, 150_000), 2 * leastBlock},
		{"nothing alike", base, noise(3, 200_000), 200_100},
	} {
		t.Run(c.name, func(t *testing.T) {
			if n := len(made(t, c.base, c.target)); n > c.most {
				t.Errorf("the delta has %d bytes, more than %d", n, c.most)
			}
		})
	}
}

func TestBlocksOfLargeFiles(t *testing.T) {
	for size, want := range map[int64]int{0: 512, 512 << 20: 512, 513 << 20: 1024, 4 << 30: 4096} {
		if got := blockSize(size); got != want {
			t.Errorf("%d bytes are divided into blocks of %d, not of %d", size, got, want)
		}
	}
}

func TestWhatEndsADelta(t *testing.T) {
	base := noise(1, 10_000)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Write(ctx, io.Discard, bytes.NewReader(base), 10_000, bytes.NewReader(base)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	full := errors.New("no room")
	if err := Write(t.Context(), failing{full}, bytes.NewReader(base), 10_000, bytes.NewReader(noise(2, 10_000))); !errors.Is(err, full) {
		t.Error(err)
	}
	if err := Write(t.Context(), io.Discard, bytes.NewReader(base[:5000]), 10_000, bytes.NewReader(base)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if err := Write(t.Context(), io.Discard, bytes.NewReader(base), 10_000, iotest.ErrReader(full)); !errors.Is(err, full) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestDamagedDeltas(t *testing.T) {
	for name, delta := range map[string][]byte{
		"a literal that ends early":    {10 << 1, 'x'},
		"a number that ends early":     {0x80},
		"a copy without its place":     {4<<1 | 1},
		"a copy from behind the end":   {1<<1 | 1, 5},
		"a copy that is too long":      {5<<1 | 1, 1},
		"a number of more than 64 bit": bytes.Repeat([]byte{0xff}, 11),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := io.ReadAll(NewReader(bytes.NewReader(delta), bytes.NewReader([]byte("base")), 4)); !errors.Is(err, ErrDamaged) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Whatever a delta holds, reading it ends, and makes no more than it says.
func FuzzReader(f *testing.F) {
	base := noise(1, 5000)
	f.Add(made(f, base, append([]byte("more"), base[700:]...)))
	f.Add([]byte{4<<1 | 1, 0, 2 << 1, 'a', 'b'})
	f.Add([]byte{0x80})
	f.Fuzz(func(t *testing.T, delta []byte) {
		n, err := io.Copy(io.Discard, io.LimitReader(NewReader(bytes.NewReader(delta), bytes.NewReader(base), 5000), 1<<20))
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
		if most := int64(len(delta)) * 5000; n > most {
			t.Errorf("%d bytes come of %d", n, len(delta))
		}
	})
}

// Whatever both hold, the target comes back.
func FuzzDelta(f *testing.F) {
	f.Add([]byte("before"), []byte("after"), uint16(3))
	f.Add([]byte{}, noise(1, 100), uint16(600))
	f.Fuzz(func(t *testing.T, a, b []byte, at uint16) {
		base := slices.Concat(noise(1, int(at)), a, noise(2, 2000))
		made(t, base, slices.Concat(noise(1, int(at)), b, noise(2, 2000)))
	})
}

func BenchmarkWrite(b *testing.B) {
	base := noise(1, 8<<20)
	for name, target := range map[string][]byte{"alike": base, "new": noise(2, 8<<20)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(8 << 20)
			for b.Loop() {
				if err := Write(b.Context(), io.Discard, bytes.NewReader(base), 8<<20, bytes.NewReader(target)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
