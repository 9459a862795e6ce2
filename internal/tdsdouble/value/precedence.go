package value

// Common is the type to which two operands are converted before they are compared or combined, by data
// type precedence, wide enough for both.
func Common(a, b Type) Type {
	if a.Kind == Null {
		return b
	}
	if b.Kind == Null {
		return a
	}
	hi, lo := a, b
	if lo.Kind.rank() > hi.Kind.rank() {
		hi, lo = lo, hi
	}
	switch {
	case hi.Kind.IsText() && lo.Kind.IsText():
		hi.Len = widest(hi.Len, lo.Len)
		if hi.Kind == Char || hi.Kind == NChar {
			if a.Kind != b.Kind || a.Len != b.Len {
				hi.Kind++ // char and varchar make varchar
			}
		}
	case hi.Kind.IsText() && lo.Kind.IsBinary(), hi.Kind.IsBinary() && lo.Kind.IsBinary():
		hi.Len = widest(hi.Len, lo.Len)
	case hi.Kind.IsExact() && hi.Kind != Money && hi.Kind != SmallMoney && lo.Kind.IsNumber():
		lp, ls := lo.Digits()
		whole := max(int(hi.Prec)-int(hi.Scale), lp-ls)
		scale := max(int(hi.Scale), ls)
		prec := min(38, whole+scale)
		hi.Prec, hi.Scale = uint8(prec), uint8(min(scale, prec))
	case hi.Kind.IsTime():
		hi.Scale = max(hi.Scale, lo.fractionalScale())
		if hi.Kind == DateTime || hi.Kind == SmallDateTime || hi.Kind == Date {
			hi.Scale = 0
		}
	}
	return hi
}

func widest(a, b int) int {
	if a == Max || b == Max {
		return Max
	}
	return max(a, b)
}

// Digits is the precision and scale of a number seen as a decimal.
func (t Type) Digits() (prec, scale int) {
	switch t.Kind {
	case Bit:
		return 1, 0
	case TinyInt:
		return 3, 0
	case SmallInt:
		return 5, 0
	case Int:
		return 10, 0
	case BigInt:
		return 19, 0
	}
	return int(t.Prec), int(t.Scale)
}

func (t Type) fractionalScale() uint8 {
	switch t.Kind {
	case Time, DateTime2, DateTimeOffset:
		return t.Scale
	case DateTime:
		return 3
	}
	return 0
}
