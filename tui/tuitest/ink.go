package tuitest

import "github.com/charmbracelet/x/ansi"

// ink is how a cell is drawn: what Select Graphic Rendition of ECMA-48 was set to when it was written.
type ink struct {
	text, ground                            colour
	bold, faint, italic, underline, reverse bool
}

// colour is one of a terminal's colours: its number among the 256 with indexed, a value of 24 bits with direct, or neither, which is the
// terminal's own.
type colour uint32

const (
	indexed colour = 1 << 24
	direct  colour = 1 << 25
)

// sgr takes the parameters of one Select Graphic Rendition. Weights and colours that no screen should need (blinking, concealed
// text) are remembered as not understood.
func (s *Screen) sgr(params ansi.Params) {
	if len(params) == 0 {
		s.ink = ink{}
	}
	for i := 0; i < len(params); i++ {
		n := params[i].Param(0)
		switch {
		case n == 38 || n == 48:
			c, used, ok := extended(params[i+1:])
			i += used
			if !ok {
				s.odd("SGR %d", n)
			} else if n == 38 {
				s.ink.text = c
			} else {
				s.ink.ground = c
			}
		case !s.ink.set(n):
			s.odd("SGR %d", n)
		}
	}
}

// set takes a parameter that stands alone; it reports whether it is known.
func (k *ink) set(n int) bool {
	switch {
	case n == 0:
		*k = ink{}
	case n == 1:
		k.bold = true
	case n == 2:
		k.faint = true
	case n == 3:
		k.italic = true
	case n == 4:
		k.underline = true
	case n == 7:
		k.reverse = true
	case n == 22:
		k.bold, k.faint = false, false
	case n == 23:
		k.italic = false
	case n == 24:
		k.underline = false
	case n == 27:
		k.reverse = false
	case n == 39:
		k.text = 0
	case n == 49:
		k.ground = 0
	case 30 <= n && n <= 37:
		k.text = indexed | colour(n-30)
	case 90 <= n && n <= 97:
		k.text = indexed | colour(n-90+8)
	case 40 <= n && n <= 47:
		k.ground = indexed | colour(n-40)
	case 100 <= n && n <= 107:
		k.ground = indexed | colour(n-100+8)
	default:
		return false
	}
	return true
}

// extended reads a colour behind 38 or 48: 5 and its number, or 2 and three bytes. It tells how many parameters it used.
func extended(params ansi.Params) (c colour, used int, ok bool) {
	n := func(i int) int {
		v, _, _ := params.Param(i, 0)
		return v
	}
	switch {
	case len(params) >= 2 && n(0) == 5 && n(1) < 256:
		return indexed | colour(n(1)), 2, true
	case len(params) >= 4 && n(0) == 2 && max(n(1), n(2), n(3)) < 256:
		return direct | colour(n(1)<<16|n(2)<<8|n(3)), 4, true
	}
	return 0, len(params), false
}

// sixteen are the colours of the terminal that is drawn, in 24 bits: dark ground, and colours that can be told apart by those who see
// fewer of them.
var sixteen = [16]uint32{
	0x3b4048, 0xe06c75, 0x98c379, 0xe5c07b, 0x61afef, 0xc678dd, 0x56b6c2, 0xc8ccd4,
	0x6b7280, 0xff7b86, 0xa8d98a, 0xf2d08b, 0x7cc0ff, 0xd99bf0, 0x6fd3df, 0xf2f4f8,
}

// The colours of a terminal that was told none.
const (
	darkGround = 0x16181d
	lightText  = 0xd7dae0
)

// rgb returns a colour in 24 bits; otherwise, where it is the terminal's own.
func (c colour) rgb(otherwise uint32) uint32 {
	n := uint32(c & 0xffffff)
	switch {
	case c&direct != 0:
		return n
	case c&indexed == 0:
		return otherwise
	case n < 16:
		return sixteen[n]
	case n >= 232: // the greys
		return (8 + 10*(n-232)) * 0x010101
	}
	level := func(n uint32) uint32 { // of the cube of six by six by six
		if n == 0 {
			return 0
		}
		return 55 + 40*n
	}
	n -= 16
	return level(n/36)<<16 | level(n/6%6)<<8 | level(n%6)
}

// colours returns the colours of text and ground as they are seen.
func (k ink) colours() (text, ground uint32) {
	text, ground = k.text.rgb(lightText), k.ground.rgb(darkGround)
	if k.reverse {
		text, ground = ground, text
	}
	if k.faint {
		text = mixed(text, ground)
	}
	return text, ground
}

// mixed returns a colour three fifths of the way from the second to the first.
func mixed(a, b uint32) uint32 {
	var c uint32
	for _, shift := range []uint32{16, 8, 0} {
		c |= ((a>>shift&0xff)*3 + (b>>shift&0xff)*2) / 5 << shift
	}
	return c
}
