package bowline

// Paging limits (platform-api section 13).
const (
	DefaultPageSize = 100
	MaxPageSize     = 5000
)

// Page is one page of a list, counted from 1.
type Page struct {
	Number int // >= 1
	Size   int // 1 to MaxPageSize
}

// Offset returns how many rows come before the page.
func (p Page) Offset() int64 { return int64(p.Number-1) * int64(p.Size) }

// Validate refuses a page outside the limits.
func (p Page) Validate() error {
	if p.Number < 1 {
		return Errorf(CodeInvalid, "page must be a whole number of 1 or more.")
	}
	if p.Size < 1 || p.Size > MaxPageSize {
		return Errorf(CodeInvalid, "pageSize must be a whole number from 1 to %d.", MaxPageSize)
	}
	return nil
}
