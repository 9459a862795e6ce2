package clock_test

import (
	"fmt"
	"time"

	"dossier/request/clock"
)

func Example() {
	rule, err := clock.For("england-and-wales")
	if err != nil {
		panic(err)
	}
	answer, err := rule.Due(clock.Facts{
		Access:   true,
		Received: clock.On(2026, time.January, 31),
		Extended: clock.On(2026, time.February, 20),
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("Due", answer.Due.Long())
	for _, step := range answer.Steps {
		fmt.Println(step.Text)
	}
	// Output:
	// Due Thursday 30 April 2026
	// The request was received on Saturday 31 January 2026.
	// The clock starts on that day.
	// One month from Saturday 31 January 2026 ends on the last day of the next month, which has no 31st: Saturday 28 February 2026 (Article 12A UK GDPR, as the ICO counts).
	// The notice of extension reached the person on Friday 20 February 2026, in time: two further months, three from Saturday 31 January 2026, end on Thursday 30 April 2026.
	// Thursday 30 April 2026 is a working day: due on it.
}
