package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// sink is the endpoints of webhook consumers. Like the load generator it speaks
// just enough HTTP/1.1, because what it costs is missing from every figure.
type sink struct {
	url      string // each path below it is an endpoint
	judge    func(*delivery) verdict
	accepted atomic.Int64
	owner    func(from, to int) int

	listener net.Listener
	ended    sync.WaitGroup
	mu       sync.Mutex
	conns    map[net.Conn]bool
	arrived  []delivery
}

// delivery is one request of Bowline.
type delivery struct {
	path      string
	message   string // webhook-id
	event     string // id in the body
	generated time.Time
	at        time.Time // when the request was there as a whole
	sender    int       // as owner named it
	accepted  bool
}

// verdict is what becomes of a request. The zero value accepts it at once.
type verdict struct {
	status int           // 204 when 0
	after  time.Duration // how long the answer takes
	drop   bool          // closes the connection without an answer
	never  bool          // does not answer until the sender gives up
}

// openSink listens on a port of its own. judge decides about every request, from
// many goroutines at once; nil accepts them all. owner names the sender of a
// connection by its ports; nil when nobody wants to know.
func openSink(ctx context.Context, judge func(*delivery) verdict, owner func(from, to int) int) (*sink, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if judge == nil {
		judge = func(*delivery) verdict { return verdict{} }
	}
	if owner == nil {
		owner = func(int, int) int { return 0 }
	}
	s := &sink{url: "http://" + listener.Addr().String(), judge: judge, owner: owner, listener: listener, conns: map[net.Conn]bool{}}
	s.ended.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns[conn] = true
			s.mu.Unlock()
			s.ended.Go(func() { s.serve(conn) })
		}
	})
	return s, nil
}

// close ends it, whatever it was in the middle of.
func (s *sink) close() {
	_ = s.listener.Close()
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.mu.Unlock()
	s.ended.Wait()
}

// take returns what has arrived since the last take.
func (s *sink) take() []delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.arrived
	s.arrived = make([]delivery, 0, cap(list))
	s.accepted.Store(0)
	return list
}

func (s *sink) serve(conn net.Conn) {
	defer func() {
		_ = conn.Close()
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
	}()
	in, body := bufio.NewReaderSize(conn, 16<<10), []byte(nil)
	sender := s.owner(conn.RemoteAddr().(*net.TCPAddr).Port, conn.LocalAddr().(*net.TCPAddr).Port)
	for {
		d := delivery{sender: sender}
		var err error
		if body, err = readRequest(in, &d, body); err != nil {
			return // the sender is done, or so are we
		}
		d.at = time.Now()
		d.event, _ = member(body, "id")
		text, _ := member(body, "generatedDate")
		d.generated, _ = time.Parse(time.RFC3339Nano, text)
		v := s.judge(&d)
		d.accepted = !v.drop && !v.never && (v.status == 0 || v.status/100 == 2)
		s.mu.Lock()
		s.arrived = append(s.arrived, d)
		s.mu.Unlock()
		if d.accepted {
			s.accepted.Add(1)
		}
		if !answer(conn, in, v) {
			return
		}
	}
}

// answer carries out a verdict and says whether the connection lives on.
func answer(conn net.Conn, in *bufio.Reader, v verdict) bool {
	if v.drop {
		return false
	}
	if v.never {
		_, _ = in.ReadByte() // returns when the sender closes the connection
		return false
	}
	time.Sleep(v.after)
	text := "HTTP/1.1 204 No Content\r\n\r\n"
	if v.status != 0 && v.status != 204 {
		text = "HTTP/1.1 " + strconv.Itoa(v.status) + " Told so\r\nContent-Length: 0\r\n\r\n"
	}
	_, err := conn.Write([]byte(text))
	return err == nil
}

// readRequest reads one request: path and webhook-id into d, and the body,
// which may use the memory of the last one.
func readRequest(in *bufio.Reader, d *delivery, body []byte) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return body, err
	}
	if parts := bytes.SplitN(line, []byte(" "), 3); len(parts) == 3 {
		d.path = string(parts[1])
	}
	length := -1
	for {
		if line, err = in.ReadSlice('\n'); err != nil {
			return body, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case bytes.EqualFold(name, []byte("Webhook-Id")):
			d.message = string(value)
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return body, err
			}
		}
	}
	if length < 0 {
		return body, errors.New("a delivery without its length")
	}
	c := client{in: in, body: body[:0]}
	err = c.take(length)
	return c.body, err
}
