package jet

import "fmt"

// Version is the version byte of a database's header.
type Version uint8

const (
	Jet3    Version = iota // Access 97
	Jet4                   // Access 2000 to 2003
	ACE2007                // Access 2007
	ACE2010
	ACE2013
	ACE2016
	ACE2019
)

func (v Version) String() string {
	names := [...]string{"Access 97", "Access 2000-2003", "Access 2007", "Access 2010", "Access 2013", "Access 2016", "Access 2019"}
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("Access version %d", uint8(v))
}
