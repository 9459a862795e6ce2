package request

import (
	"fmt"
	"strings"
)

// Refusal drafts what the person is told of a refusal within one month of the request: that nothing is done, why, and where they can turn
// (Article 12(4) of the UK GDPR). organisation and contact are who answers and where it can be written to; united says whether the rules are
// those of the United Kingdom. It is empty where the request was not refused, or where what was noted of it is destroyed.
func (r Request) Refusal(organisation, contact string, united bool) string {
	s, refused := r.Last(Refused)
	if !refused || s.Note == "" {
		return ""
	}
	authority := "the supervisory authority for data protection of the country that you live or work in"
	if united {
		authority = "the Information Commissioner's Office (ico.org.uk/make-a-complaint, telephone 0303 123 1113)"
	}
	var b strings.Builder
	if name := strings.TrimSpace(r.Contact.Title + " " + r.Contact.Name); name != "" {
		fmt.Fprintf(&b, "Dear %s,\n\n", name)
	}
	fmt.Fprintf(&b, "We received your request (%s) on %s. We will not act on it, because we find it %s:\n\n%s\n\n", r.ID, r.Received.Format("2 January 2006"), s.Ground, s.Note)
	b.WriteString("If you do not agree, you can\n")
	if contact != "" {
		contact = " at " + contact
	}
	fmt.Fprintf(&b, "- write to us%s, and we will look at it again,\n- complain to %s,\n- ask a court to order that we act.\n\n%s\n", contact, authority, organisation)
	return b.String()
}
