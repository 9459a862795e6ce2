package xlsx

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		code  string
		want  string // of date, time, elapsed
		in    string
		shown string
	}{
		{"General", "", "123", ""},
		{"0", "", "123", ""},
		{"0.00", "", "123", ""},
		{"#,##0", "", "1234567", ""},
		{"0%", "", "12", ""},
		{"0.00E+00", "", "12", ""},
		{`"£"#,##0.00`, "", "12", ""},
		{"[$£-809]#,##0", "", "12", ""},
		{"00000", "", "123", "00123"},
		{"00000", "", "123456", ""},
		{"000-00-0000", "", "123456789", "123-45-6789"},
		{`00000\ 000000`, "", "7700900495", "07700 900495"},
		{"(000) 000-0000", "", "2125550123", "(212) 555-0123"},
		{"[<=9999999]###-####;(###) ###-####", "", "5550123", "555-0123"},
		{"[<=9999999]###-####;(###) ###-####", "", "2125550123", "(212) 555-0123"},
		{`"M-"00000`, "", "123", "M-00123"},
		{`00000;-00000;"none";@`, "", "123", "00123"},
		{"00000_);(00000)", "", "123", "00123"},
		{"[Red]00000", "", "123", "00123"},
		{"yyyy-mm-dd", "date", "1", ""},
		{`dd\ mmm\ yy`, "date", "1", ""},
		{"mmm-yy", "date", "1", ""},
		{"m", "date", "1", ""},
		{"[$-809]dd mmmm yyyy", "date", "1", ""},
		{"[$-F800]dddd, mmmm dd, yyyy", "date", "1", ""},
		{"d/m/yyyy h:mm", "date time", "1", ""},
		{"h:mm", "time", "1", ""},
		{"mm:ss", "time", "1", ""},
		{"mm:ss.0", "time", "1", ""},
		{"h:mm AM/PM", "time", "1", ""},
		{"[h]:mm:ss", "time elapsed", "1", ""},
		{"[mm]:ss", "time elapsed", "1", ""},
		{`"day" 0`, "", "5", "day 5"},
		{`\d0`, "", "5", "d5"},
		{"Standard", "", "5", ""},
		{`[Red]"d"`, "", "5", ""},
		{`0"`, "", "5", ""},
		{"[", "", "5", ""},
		{`\`, "", "5", ""},
		{"", "", "5", ""},
		{"ggge", "date", "5", ""},
	} {
		t.Run(c.code, func(t *testing.T) {
			f := parseFormat(c.code)
			var got []string
			for name, on := range map[string]bool{"date": f.Date} {
				if on {
					got = append(got, name)
				}
			}
			if f.Time {
				got = append(got, "time")
			}
			if f.Elapsed {
				got = append(got, "elapsed")
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("is %v, want %q", got, c.want)
			}
			shown, ok := f.AppendShown(nil, []byte(c.in))
			if ok != (c.shown != "") || ok && string(shown) != c.shown {
				t.Errorf("%s is shown as %q, %t", c.in, shown, ok)
			}
		})
	}
}

func FuzzFormat(f *testing.F) {
	for _, s := range []string{"00000", "[<=99]#-#;0", `"a"\b_c*d[h]mm`, "yyyy;@"} {
		f.Add(s, "123")
	}
	f.Fuzz(func(t *testing.T, code, digits string) { parseFormat(code).AppendShown(nil, []byte(digits)) })
}

func TestDecimals(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "12": "12", "-12": "-12", "007": "7", "1.50": "1.5", "12.0": "12", "0.5": "0.5", ".5": "0.5", "5.": "5", "-0": "0", "+3": "3",
		"1E3": "1000", "1e-3": "0.001", "1.2345678E7": "12345678", "1.5E+2": "150", "123456789012345678901": "123456789012345678901",
		"1E400": "1E400", "1E": "1E", "abc": "abc", "": "", " 12 ": "12", "0.1e1": "1", "100E-2": "1", "-1.25E-3": "-0.00125", "1.2.3": "1.2.3", "--1": "--1",
	} {
		if got := string(AppendDecimal(nil, []byte(in))); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestEveryDay(t *testing.T) {
	w, old := &Workbook{}, &Workbook{date1904: true}
	for serial := 1; serial <= lastSerial; serial += 1 + serial/20_000 {
		day := time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC).AddDate(0, 0, serial)
		if serial == noSuchDay {
			continue
		}
		if serial > noSuchDay {
			day = day.AddDate(0, 0, -1)
		}
		want := day.Format("2006-01-02")
		if got, ok := w.AppendDate(nil, fmt.Append(nil, serial), Format{Date: true}); !ok || string(got) != want {
			t.Fatalf("%d is %s, want %s", serial, got, want)
		}
		if n := serial - offset1904; n >= 0 {
			if got, ok := old.AppendDate(nil, fmt.Append(nil, n), Format{Date: true}); !ok || string(got) != want {
				t.Fatalf("%d of 1904 is %s, want %s", n, got, want)
			}
		}
	}
	if got, _ := w.AppendDate(nil, fmt.Append(nil, lastSerial), Format{Date: true}); string(got) != "9999-12-31" {
		t.Errorf("the last day is %s", got)
	}
}

func TestDatesAsExcelizeReadsThem(t *testing.T) {
	w := &Workbook{}
	for _, v := range []string{"44270.212581018517", "61.999988425925925", "22374.25", "2958465.75"} {
		var f float64
		fmt.Sscan(v, &f)
		want, err := excelize.ExcelDateToTime(f, false)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := w.AppendDate(nil, []byte(v), Format{Date: true, Time: true})
		if string(got) != want.Round(time.Second).Format("2006-01-02T15:04:05") {
			t.Errorf("%s is %s, want %s", v, got, want)
		}
	}
}
