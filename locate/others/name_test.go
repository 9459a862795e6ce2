package others

import (
	"slices"
	"testing"
)

var person = New([]string{"Catherine", "King", "Catherine King"}, nil, nil)

func TestNameOf(t *testing.T) {
	for text, want := range map[string]int{
		"Wilfred Pettigrew": 2, "Mr Wilfred J. Pettigrew": 2, "Jan van den Berg": 2, "Pettigrew, Wilfred": 2, "Håkon Żeleński-Brandt": 2, "Jane King": 2,
		"Wilfred": 0, "Catherine King": 0, "her husband Wilfred": 0, "Wilfred. Pettigrew": 0, "": 0, "the \"blue\" notebook": 0, "1971-05-06": 0,
		"Aa Bb Cc Dd Ee Ff Gg": 0,
	} {
		n, ok := person.NameOf(text)
		if ok != (want > 0) || ok && len(n.words) != want {
			t.Errorf("%q: %+v, %v", text, n, ok)
		}
	}
}

func TestPartsOfAName(t *testing.T) {
	wilfred, _ := person.NameOf("Wilfred Pettigrew")
	jane, _ := person.NameOf("Jane King")
	for _, tt := range []struct {
		name  string
		of    Name
		text  string
		alone bool
		want  []string
	}{
		{"another order", wilfred, "the form of PETTIGREW, Wilfred was lost", false, []string{"PETTIGREW, Wilfred"}},
		{"words between", wilfred, "seen by Wilfred (Bill) J Pettigrew", false, []string{"Wilfred (Bill) J Pettigrew"}},
		{"too many between", wilfred, "Wilfred and his friend said that Pettigrew left", false, nil},
		{"in two sentences", wilfred, "It was Wilfred. Pettigrew left", false, nil},
		{"as it is", wilfred, "came with Wilfred Pettigrew", true, nil},
		{"one of them", wilfred, "came with Wilfred; Pettigrew's car", false, nil},
		{"one of them alone", wilfred, "came with Wilfred. It is Pettigrew's car", true, []string{"Wilfred", "Pettigrew"}},
		{"twice the same", wilfred, "Wilfred, Wilfred", true, []string{"Wilfred", "Wilfred"}},
		{"a name that the person shares", jane, "King, Jane and Catherine King", true, []string{"King, Jane"}},
		{"the person's part alone", jane, "Catherine King came", true, nil},
	} {
		var got []string
		for _, m := range tt.of.In(tt.text, tt.alone) {
			got = append(got, tt.text[m.From:m.To])
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, not %q", tt.name, got, tt.want)
		}
	}
	for value, want := range map[string]bool{"Jane": true, "JANE": true, "King": false, "Jane K": false, " Jane": false, "": false} {
		if _, others := jane.Part(value); others != want {
			t.Errorf("%q: %v", value, others)
		}
	}
	if at, others := jane.Part("King"); at != 1 || others {
		t.Error(at, others)
	}
}
