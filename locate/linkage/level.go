package linkage

// Level is how far a field of a record agrees with the subject. What a level means for a kind of identifier is said where that
// kind is compared; the order is the same for all: the lower, the closer, but for Missing.
type Level uint8

// The levels. No kind uses all of them.
const (
	Missing Level = iota // one side tells nothing
	Exact                // the same in normal form
	Variant              // another accepted way to write the same: Müller and Mueller, a mailbox with a plus tag, day and month swapped
	Short                // a nickname; one of two surnames; the first of two first names
	OneOff               // one letter or digit is different, missing, added or swapped with the next
	Close                // two letters, or nearly as alike; a house of the same number in a street of nearly the same name
	Part                 // the initial; the year; the district; the street without the house
	Alike                // somewhat like it
	Differ               // something else
	levels
)

var levelNames = [levels]string{"missing", "exact", "variant", "short", "one off", "close", "part", "alike", "differs"}

// String returns the level's name.
func (l Level) String() string { return levelNames[l] }

// Agrees reports whether the level speaks for the same person more than against.
func (l Level) Agrees() bool { return l >= Exact && l <= Close }
