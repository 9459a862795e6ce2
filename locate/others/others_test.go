package others

import (
	"slices"
	"testing"
)

func TestOtherPeopleInFreeText(t *testing.T) {
	f := New([]string{"Catherine", "Thompson", "Catherine Thompson"}, []string{"kate.thompson@example.com"}, []string{"Institute of the Motor Industry", "ProDrive"})
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"nobody", "called on 3 March; asked for a new card", nil},
		{"the person alone", "Catherine Thompson called, Kate wants a refund. Mrs Thompson was polite.", nil},
		{"the person by an initial", "Spoke to C. Thompson about her exam", nil},
		{"a first name and a surname", "Kate rang with Peter Thompson about the exam", []string{"Peter Thompson"}},
		{"behind a title", "Complaint about Mr Patel was closed", []string{"Mr Patel"}},
		{"behind a title with a stop", "Assessed by Dr. Anne Jones on Monday", []string{"Dr. Anne Jones"}},
		{"a relative", "her husband Pavlos collected the card", []string{"Pavlos"}},
		{"a colleague of two names", "her manager Krzysztof Nowak signed it", []string{"Krzysztof Nowak"}},
		{"somebody who spoke", "Message taken by Wiremu Parata, who said she is late", []string{"Wiremu Parata"}},
		{"near the person", "Catherine Thompson shares a room with Oluwaseun Adeyemi", []string{"Oluwaseun Adeyemi"}},
		{"a particle", "paid by Jan van den Berg last week", []string{"Jan van den Berg"}},
		{"surname first", "the form of Nowak, Peter was mixed up with hers", []string{"Nowak, Peter"}},
		{"a possessive", "it is Susan's car that she drove", []string{"Susan"}},
		{"several", "Susan Clarke and Mohammed Khan were there too", []string{"Susan Clarke", "Mohammed Khan"}},
		{"a mailbox", "forwarded to peter.thompson@example.com and to kate.thompson@example.com or info@example.com", []string{"peter.thompson@example.com"}},
		{"words that are names", "She will may be in May, mark it. Hope this is fine. Grant was refused.", nil},
		{"things with capitals", "Light Vehicle Maintenance, Level 3, at Leeds City College on Monday in March", nil},
		{"the organisation", "Catherine wrote to the Institute of the Motor Industry about ProDrive", nil},
		{"letters and signs", "They asked Łukasz Żuławski's brother José García", []string{"Łukasz Żuławski", "José García"}},
		{"a short value is no free text", "Peter Thompson", nil},
		{"not UTF-8", "spoke to \xff Peter Jones today", []string{"Peter Jones"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, m := range f.In(tt.text) {
				if m.Why == "" {
					t.Errorf("%q is not said why", tt.text[m.From:m.To])
				}
				got = append(got, tt.text[m.From:m.To])
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q: found %q, not %q", tt.text, got, tt.want)
			}
		})
	}
}

func FuzzIn(f *testing.F) {
	for _, s := range []string{"her husband Peter said so", "\xff\xfe", "a@b.c Dr. X. Y.", "'’-", "Van den Van den Van"} {
		f.Add(s)
	}
	finder := New([]string{"Catherine Thompson"}, nil, nil)
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, m := range finder.In(s) {
			if m.From < at || m.To <= m.From || m.To > len(s) {
				t.Fatalf("%q: %+v behind %d", s, m, at)
			}
			at = m.To
		}
	})
}
