package clock

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// listed are the bank holidays as www.gov.uk/bank-holidays lists them for 2024 to 2028, and after those,
// written out by hand, the ones that the rules give for 2029 to 2031.
var listed = map[division]string{
	englandAndWales: `
		2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
		2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
		2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
		2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
		2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26

		2029-01-01 2029-03-30 2029-04-02 2029-05-07 2029-05-28 2029-08-27 2029-12-25 2029-12-26
		2030-01-01 2030-04-19 2030-04-22 2030-05-06 2030-05-27 2030-08-26 2030-12-25 2030-12-26
		2031-01-01 2031-04-11 2031-04-14 2031-05-05 2031-05-26 2031-08-25 2031-12-25 2031-12-26`,
	scotland: `
		2024-01-01 2024-01-02 2024-03-29 2024-05-06 2024-05-27 2024-08-05 2024-12-02 2024-12-25 2024-12-26
		2025-01-01 2025-01-02 2025-04-18 2025-05-05 2025-05-26 2025-08-04 2025-12-01 2025-12-25 2025-12-26
		2026-01-01 2026-01-02 2026-04-03 2026-05-04 2026-05-25 2026-06-15 2026-08-03 2026-11-30 2026-12-25 2026-12-28
		2027-01-01 2027-01-04 2027-03-26 2027-05-03 2027-05-31 2027-08-02 2027-11-30 2027-12-27 2027-12-28
		2028-01-03 2028-01-04 2028-04-14 2028-05-01 2028-05-29 2028-08-07 2028-11-30 2028-12-25 2028-12-26

		2029-01-01 2029-01-02 2029-03-30 2029-05-07 2029-05-28 2029-08-06 2029-11-30 2029-12-25 2029-12-26
		2030-01-01 2030-01-02 2030-04-19 2030-05-06 2030-05-27 2030-08-05 2030-12-02 2030-12-25 2030-12-26
		2031-01-01 2031-01-02 2031-04-11 2031-05-05 2031-05-26 2031-08-04 2031-12-01 2031-12-25 2031-12-26`,
	northernIreland: `
		2024-01-01 2024-03-18 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-07-12 2024-08-26 2024-12-25 2024-12-26
		2025-01-01 2025-03-17 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-07-14 2025-08-25 2025-12-25 2025-12-26
		2026-01-01 2026-03-17 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-07-13 2026-08-31 2026-12-25 2026-12-28
		2027-01-01 2027-03-17 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-07-12 2027-08-30 2027-12-27 2027-12-28
		2028-01-03 2028-03-17 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-07-12 2028-08-28 2028-12-25 2028-12-26

		2029-01-01 2029-03-19 2029-03-30 2029-04-02 2029-05-07 2029-05-28 2029-07-12 2029-08-27 2029-12-25 2029-12-26
		2030-01-01 2030-03-18 2030-04-19 2030-04-22 2030-05-06 2030-05-27 2030-07-12 2030-08-26 2030-12-25 2030-12-26
		2031-01-01 2031-03-17 2031-04-11 2031-04-14 2031-05-05 2031-05-26 2031-07-14 2031-08-25 2031-12-25 2031-12-26`,
}

func TestBankHolidaysAreThePublishedOnes(t *testing.T) {
	for _, where := range divisions {
		var got []string
		for d := On(2024, time.January, 1); d <= On(2031, time.December, 31); d++ {
			if bankHoliday(where, d) != "" {
				got = append(got, d.String())
			}
		}
		if want := strings.Fields(listed[where]); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", where, got, want)
		}
	}
}

// TestComputedHolidaysAgreeWithThePublished holds the rules against every published year: what differs was
// proclaimed for that year alone.
func TestComputedHolidaysAgreeWithThePublished(t *testing.T) {
	once := map[division][]string{
		englandAndWales: {"-2020-05-04", "+2020-05-08", "+2022-06-02", "+2022-06-03", "+2022-09-19", "-2022-05-30", "+2023-05-08"},
	}
	once[northernIreland] = once[englandAndWales]
	once[scotland] = append(slices.Clone(once[englandAndWales]), "+2026-06-15")
	for _, where := range divisions {
		var got []string
		for year := published().first; year <= published().last; year++ {
			rules := computed(where, year)
			for d := On(year, time.January, 1); d <= On(year, time.December, 31); d++ {
				name, rule := bankHoliday(where, d), rules[d]
				switch {
				case name != "" && rule == "":
					got = append(got, "+"+d.String())
				case name == "" && rule != "":
					got = append(got, "-"+d.String())
				}
			}
		}
		want := slices.Clone(once[where])
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: the rules differ from the list by %v, want %v", where, got, want)
		}
	}
}

// TestPublishedListIsWhole catches a year that was added for one division and forgotten for another.
func TestPublishedListIsWhole(t *testing.T) {
	if published().first != 2019 || published().last != 2028 {
		t.Errorf("the list goes from %d to %d: add the new years to this package's tests", published().first, published().last)
	}
	for _, where := range divisions {
		years := map[int]int{}
		for d := range published().days[where] {
			if isWeekend(d) {
				t.Errorf("%s: %s", where, d.Long())
			}
			years[d.Year()]++
		}
		for year := published().first; year <= published().last; year++ {
			if years[year] < 8 {
				t.Errorf("%s has %d holidays in %d", where, years[year], year)
			}
		}
		if len(years) != 10 {
			t.Errorf("%s has the years %v", where, slices.Sorted(maps.Keys(years)))
		}
	}
}

// TestEaster holds the reckoning against dates from the tables of the Book of Common Prayer and their
// well-known extremes: the earliest and the latest Easter, and the years that the exceptions of the moon's
// cycle decide (1954, 1981, 2049, 2076).
func TestEaster(t *testing.T) {
	for _, want := range []string{
		"1818-03-22", "1886-04-25", "1943-04-25", "1954-04-18", "1961-04-02", "1981-04-19", "2000-04-23", "2008-03-23",
		"2011-04-24", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01",
		"2030-04-21", "2031-04-13", "2032-03-28", "2033-04-17", "2034-04-09", "2035-03-25", "2038-04-25", "2049-04-18",
		"2076-04-19", "2100-03-28", "2285-03-22",
	} {
		d := day(t, want)
		if got := easterSunday(d.Year()); got != d {
			t.Errorf("Easter %d is %s, want %s", d.Year(), got, want)
		}
	}
}
