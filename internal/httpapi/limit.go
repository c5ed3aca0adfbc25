package httpapi

import (
	"container/list"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/time/rate"

	"bujiao/internal/fault"
)

// Limit bounds how often one address may use the public calculators.
type Limit struct {
	PerSecond float64 // zero: 20; negative: no limit
	Burst     int     // zero: 60
	Addresses int     // how many are remembered, zero: 10,000; the one not seen for longest is forgotten
}

func (l Limit) orDefault() Limit {
	if l.PerSecond == 0 {
		l.PerSecond = 20
	}
	if l.Burst == 0 {
		l.Burst = 60
	}
	if l.Addresses == 0 {
		l.Addresses = 10_000
	}
	return l
}

// limiter has a bucket for each address, and no more than it is allowed.
type limiter struct {
	limit Limit
	mu    sync.Mutex
	at    map[netip.Addr]*list.Element
	order *list.List // of *bucket, seen last in front
}

type bucket struct {
	addr netip.Addr
	rate *rate.Limiter
}

func newLimiter(l Limit) *limiter {
	return &limiter{limit: l, at: map[netip.Addr]*list.Element{}, order: list.New()}
}

// wait is how long the address has to wait; zero: it may.
func (l *limiter) wait(addr netip.Addr, now time.Time) time.Duration {
	if l.limit.PerSecond < 0 {
		return 0
	}
	addr = subscriber(addr)
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.at[addr]
	if e == nil {
		e = l.order.PushFront(&bucket{addr, rate.NewLimiter(rate.Limit(l.limit.PerSecond), l.limit.Burst)})
		l.at[addr] = e
	}
	l.order.MoveToFront(e)
	if l.order.Len() > l.limit.Addresses {
		if last, ok := l.order.Remove(l.order.Back()).(*bucket); ok {
			delete(l.at, last.addr)
		}
	}
	b, _ := e.Value.(*bucket)
	r := b.rate.ReserveN(now, 1)
	d := r.DelayFrom(now)
	if d > 0 {
		r.CancelAt(now)
	}
	return d
}

// subscriber is who has an address: one subscriber has a whole /64 of IPv6.
func subscriber(a netip.Addr) netip.Addr {
	if a.Is6() {
		p, _ := a.Prefix(64)
		return p.Addr()
	}
	return a
}

// limited is in front of each public route.
func (s *Server) limited(ctx huma.Context, next func(huma.Context)) {
	c := callOf(ctx.Context())
	d := s.limits.wait(c.address(), s.c.Clock())
	if d <= 0 {
		next(ctx)
		return
	}
	s.meter.limited.Inc()
	p := c.problem(fault.New(fault.Unavailable, "httpapi.too_often", nil))
	p.retry = strconv.Itoa(int(math.Ceil(d.Seconds())))
	s.write(ctx, p)
}

// address is whose request it is: the peer, or what the outermost trusted
// proxy says of it.
func (c *call) address() netip.Addr {
	host, _, err := net.SplitHostPort(c.req.RemoteAddr)
	if err != nil {
		host = c.req.RemoteAddr
	}
	if n := c.s.c.Proxies; n > 0 {
		hops := strings.Split(strings.Join(c.req.Header.Values("X-Forwarded-For"), ","), ",")
		if len(hops) >= n {
			host = strings.TrimSpace(hops[len(hops)-n])
		}
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{} // all that cannot be told apart share one bucket
	}
	return addr.Unmap()
}

// write sends a problem from in front of a handler.
func (s *Server) write(ctx huma.Context, p *Problem) {
	for name, values := range p.GetHeaders() {
		ctx.SetHeader(name, values[0])
	}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	_ = s.api.Marshal(ctx.BodyWriter(), "application/json", p) // the peer may be gone
}

var _ http.Handler = (*Server)(nil)
