package httpapi

import (
	"bujiao/internal/access"
	"bujiao/internal/audit"
	"bujiao/internal/fault"
	"bujiao/internal/office"
)

type auditIn struct {
	InArea
	Paged
	Kind   string `query:"kind" maxLength:"40" doc:"of the object"`
	Object string `query:"object" maxLength:"64"`
	Actor  string `query:"actor" maxLength:"64"`
}

func listAudit(c *call, in *auditIn) (*Page[audit.Line], error) {
	if (in.Kind == "") != (in.Object == "") {
		return nil, fault.New(fault.Usage, "inquiry.field_missing", fault.Args{"fields": "kind, object"})
	}
	list, err := c.office().AuditLines(c.ctx, c.ask(in.Area, ""), office.AuditQuery{Kind: in.Kind, Object: in.Object, Actor: in.Actor, Page: in.page()})
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(l audit.Line) string { return l.ID }), nil
}

type approvalsIn struct {
	Reading
	Paged
	State string `query:"state" enum:"asked,granted,refused" default:"asked"`
}

func listApprovals(c *call, in *approvalsIn) (*Page[access.Approval], error) {
	list, err := c.office().Approvals(c.ctx, in.ask(c), in.State, in.page())
	if err != nil {
		return nil, err
	}
	return paged(c, in.Paged, list, func(a access.Approval) string { return a.ID }), nil
}
