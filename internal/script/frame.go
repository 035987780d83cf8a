package script

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Sizes in bytes of what goes over the pipes.
const (
	// MaxSource is the longest source that is run.
	MaxSource = 64 << 10
	// MaxMessage is the longest webhook, as JSON, that goes in or comes out.
	MaxMessage = 1 << 20
	// maxAnswer leaves room for what is around a message, maxFrame for how JSON
	// may escape it.
	maxAnswer = MaxMessage + 4<<10
	maxFrame  = 6*maxAnswer + 4<<10
)

// greeting is the first frame of a child, sent once its limits stand. A
// program that is no child says something else.
const greeting = "bowline script 1"

// errFrame says that the other side broke the protocol.
var errFrame = errors.New("malformed frame")

// writeFrame writes a length of four bytes, most significant first, and data.
func writeFrame(w io.Writer, data []byte) error {
	framed := make([]byte, 4, 4+len(data))
	binary.BigEndian.PutUint32(framed, uint32(len(data))) //nolint:gosec // callers cap data at maxFrame
	if _, err := w.Write(append(framed, data...)); err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	return nil
}

// readFrame reads what writeFrame wrote and refuses more than limit bytes
// before it makes room for them.
func readFrame(r io.Reader, limit int) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, fmt.Errorf("read frame: %w", err)
	}
	size := binary.BigEndian.Uint32(head[:])
	if int64(size) > int64(limit) {
		return nil, errFrame
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, fmt.Errorf("read frame: %w", err)
	}
	return data, nil
}

// request is two frames: the source, then the webhook as JSON.
type request struct {
	source, webhook string
}

func (q request) write(w io.Writer) error {
	if err := writeFrame(w, []byte(q.source)); err != nil {
		return err
	}
	return writeFrame(w, []byte(q.webhook))
}

func readRequest(r io.Reader) (request, error) {
	source, err := readFrame(r, MaxSource)
	if err != nil {
		return request{}, err
	}
	webhook, err := readFrame(r, maxAnswer)
	return request{source: string(source), webhook: string(webhook)}, err
}

// answer is one frame of JSON: either a result or a failure.
type answer struct {
	// Result is what the harness read from handler's return value.
	Result string `json:"result,omitempty"`
	Error  *Error `json:"error,omitempty"`
	// Spent asks the parent to use this child no more.
	Spent bool `json:"spent,omitempty"`
}
