package rawtext

import (
	"encoding/json"
	"testing"
)

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "Zoë", "a\"b\\c\n\x00", "\xff\xfe", "half \xc3", "\u2028 \U0001f600"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := json.Marshal(Text(s))
		if err != nil {
			t.Fatal(err)
		}
		var back Text
		if err := json.Unmarshal(b, &back); err != nil || string(back) != s {
			t.Errorf("%q became %s and then %q: %v", s, b, back, err)
		}
	})
}

func TestAll(t *testing.T) {
	if got := All[string, Text](nil); got != nil {
		t.Errorf("%q", got)
	}
	if got := All[Text, string]([]Text{"a", "\xff"}); len(got) != 2 || got[1] != "\xff" {
		t.Errorf("%q", got)
	}
}
