package linkage

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"

	"dossier/locate/normal"
)

// Frequencies tell how common the terms of an organisation's records are: a Smith says less than a Featherstonehaugh. Terms are kept
// as keyed digests (the first 48 bits of an HMAC-SHA256) with their counts, and only those that more than one record has, so
// that the file names nobody; whoever holds the key can ask for a name's count but not list the names.
type Frequencies struct {
	key    []byte
	counts map[string]map[uint64]uint32 // by kind and digest
	totals map[string]uint64            // by kind: how many values were counted
	own    map[string]float64           // by kind: how many of the records that hold a term are one person's, on average
	stale  bool                         // they were counted with another version of the normal forms, and are not here
}

// NewFrequencies returns frequencies of nothing, for counting with the key: 32 random bytes that stay the same.
func NewFrequencies(key []byte) *Frequencies {
	return &Frequencies{key: slices.Clone(key), counts: map[string]map[uint64]uint32{}, totals: map[string]uint64{}, own: map[string]float64{}}
}

func (f *Frequencies) digest(k *kind, term []byte) uint64 {
	h := hmac.New(sha256.New, f.key)
	h.Write([]byte(k.key()))
	h.Write([]byte{0})
	h.Write(term)
	var sum [sha256.Size]byte
	return binary.BigEndian.Uint64(h.Sum(sum[:0])) >> 16
}

// Count counts every term of an entry.
func (f *Frequencies) Count(m *Model, e *Entry) {
	for i := range m.kinds {
		k := &m.kinds[i]
		n := e.count(k)
		if k.measure == order || n == 0 {
			continue
		}
		if f.counts[k.key()] == nil {
			f.counts[k.key()] = map[uint64]uint32{}
		}
		for at := range min(n, perRecord(k)) {
			if term := e.term(k, at); len(term) > 0 {
				f.counts[k.key()][f.digest(k, term)]++
				f.totals[k.key()]++
			}
		}
	}
}

// perRecord is how many values of a kind a record is counted for: a full name is divided in several ways, and the first is the
// likeliest.
func perRecord(k *kind) int {
	if k.measure == given || k.measure == family {
		return 1
	}
	return 8
}

// fewest is how many values of a kind must have been counted before a frequency says anything.
const fewest = 200

// share returns how likely a stranger's record holds a term: as often as it was counted, but for the records of one person. What
// only one person may hold is as likely as any such (u), or less.
func (f *Frequencies) share(k *kind, term []byte, u float64) (float64, bool) {
	total := float64(f.totals[k.key()])
	if total < fewest || len(term) == 0 || len(f.key) == 0 {
		return 0, false
	}
	if others := f.others(k, term); others >= 1 {
		return others / total, true
	}
	return min(u, 1/total), true
}

// others returns how many records hold a term, but for those of one person.
func (f *Frequencies) others(k *kind, term []byte) float64 {
	return float64(f.counts[k.key()][f.digest(k, term)]) - max(f.own[k.key()], 1)
}

// several reports whether a term is held by so many people that it is an office's or a school's and nobody's own.
func (f *Frequencies) several(k *kind, term []byte) bool {
	return f.others(k, term) >= 4*max(f.own[k.key()], 1)
}

// Len returns how many terms more than one record has.
func (f *Frequencies) Len() int {
	n := 0
	for _, counts := range f.counts {
		for _, times := range counts {
			if times > 1 {
				n++
			}
		}
	}
	return n
}

// Unlock gives frequencies that were read the key that they were counted with.
func (f *Frequencies) Unlock(key []byte) { f.key = slices.Clone(key) }

type frequenciesJSON struct {
	Normal int                `json:"normal"` // the version of the normal forms that were counted
	Own    map[string]float64 `json:"own"`
	Totals map[string]uint64  `json:"totals"`
	Counts map[string]string  `json:"counts"` // by kind: digests and counts, ten bytes a term, in base64
}

// MarshalJSON writes the terms that were counted more than once, and not the key.
func (f *Frequencies) MarshalJSON() ([]byte, error) {
	out := frequenciesJSON{Normal: normal.Version, Own: f.own, Totals: f.totals, Counts: map[string]string{}}
	for kind, counts := range f.counts {
		var packed []byte
		digests := make([]uint64, 0, len(counts))
		for d, n := range counts {
			if n > 1 {
				digests = append(digests, d)
			}
		}
		slices.Sort(digests)
		for _, d := range digests {
			packed = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint16(packed, uint16(d>>32)), uint32(d))
			packed = binary.BigEndian.AppendUint32(packed, counts[d])
		}
		out.Counts[kind] = base64.StdEncoding.EncodeToString(packed)
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote; Unlock tells the key. Of counts that another version of the normal forms made nothing is read.
func (f *Frequencies) UnmarshalJSON(data []byte) error {
	var in frequenciesJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*f = *NewFrequencies(nil)
	if f.stale = in.Normal != normal.Version; f.stale {
		return nil
	}
	f.own = in.Own
	for kind, total := range in.Totals {
		f.totals[kind], f.own[kind] = total, in.Own[kind]
	}
	for kind, text := range in.Counts {
		packed, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(packed)%10 != 0 {
			return fmt.Errorf("the counts of %s are damaged: train again", kind)
		}
		f.counts[kind] = make(map[uint64]uint32, len(packed)/10)
		for ; len(packed) > 0; packed = packed[10:] {
			d := uint64(binary.BigEndian.Uint16(packed))<<32 | uint64(binary.BigEndian.Uint32(packed[2:]))
			f.counts[kind][d] = binary.BigEndian.Uint32(packed[6:])
		}
	}
	return nil
}
