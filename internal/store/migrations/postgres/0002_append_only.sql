-- Append-only tables refuse UPDATE, DELETE and TRUNCATE; legs go in before their entry, which closes them and must sum to zero.
-- +goose Up
SET citus.enable_unsafe_triggers = on;

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23A01';
END $$;
-- +goose StatementEnd
-- The checks of the journal run once a statement, so that a load of many rows does not call them for each. The subselects are
-- written so that they are looked up by key for each row, whatever the server believes about the tables.
-- +goose StatementBegin
CREATE FUNCTION refuse_late_leg() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM fresh f WHERE (SELECT count(*) FROM entry e WHERE e.area = f.area AND e.id = f.entry) > 0) THEN
        RAISE EXCEPTION 'entry is closed' USING ERRCODE = '23A02';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE uneven BOOLEAN; closed BOOLEAN;
BEGIN
    SELECT bool_or(l.n <> e.legs OR l.n < 2 OR l.total <> 0), bool_or((SELECT count(*) FROM period p WHERE p.area = e.area AND p.month >= e.posted_month) > 0)
    INTO uneven, closed
    FROM fresh e CROSS JOIN LATERAL
        (SELECT count(*) AS n, coalesce(sum(employer_fen) + sum(person_fen), 0) AS total FROM posting p WHERE p.area = e.area AND p.entry = e.id) l;
    IF uneven THEN
        RAISE EXCEPTION 'entry does not balance' USING ERRCODE = '23A03';
    END IF;
    IF closed THEN
        RAISE EXCEPTION 'period is closed' USING ERRCODE = '23A04';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER posting_late AFTER INSERT ON posting REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_leg();
CREATE TRIGGER entry_balance AFTER INSERT ON entry REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION require_balance();

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM PUBLIC;
CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE ON seal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON seal FROM PUBLIC;
CREATE TRIGGER sealed_append_only BEFORE UPDATE OR DELETE ON sealed FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sealed_no_truncate BEFORE TRUNCATE ON sealed FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON sealed FROM PUBLIC;
CREATE TRIGGER idempotency_append_only BEFORE UPDATE OR DELETE ON idempotency FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER idempotency_no_truncate BEFORE TRUNCATE ON idempotency FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON idempotency FROM PUBLIC;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON event FROM PUBLIC;
CREATE TRIGGER person_append_only BEFORE UPDATE OR DELETE ON person FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER person_no_truncate BEFORE TRUNCATE ON person FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON person FROM PUBLIC;
CREATE TRIGGER identity_append_only BEFORE UPDATE OR DELETE ON identity FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER identity_no_truncate BEFORE TRUNCATE ON identity FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON identity FROM PUBLIC;
CREATE TRIGGER person_state_append_only BEFORE UPDATE OR DELETE ON person_state FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER person_state_no_truncate BEFORE TRUNCATE ON person_state FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON person_state FROM PUBLIC;
CREATE TRIGGER person_merge_append_only BEFORE UPDATE OR DELETE ON person_merge FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER person_merge_no_truncate BEFORE TRUNCATE ON person_merge FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON person_merge FROM PUBLIC;
CREATE TRIGGER employer_append_only BEFORE UPDATE OR DELETE ON employer FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER employer_no_truncate BEFORE TRUNCATE ON employer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON employer FROM PUBLIC;
CREATE TRIGGER employer_state_append_only BEFORE UPDATE OR DELETE ON employer_state FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER employer_state_no_truncate BEFORE TRUNCATE ON employer_state FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON employer_state FROM PUBLIC;
CREATE TRIGGER employment_append_only BEFORE UPDATE OR DELETE ON employment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER employment_no_truncate BEFORE TRUNCATE ON employment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON employment FROM PUBLIC;
CREATE TRIGGER enrolment_append_only BEFORE UPDATE OR DELETE ON enrolment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER enrolment_no_truncate BEFORE TRUNCATE ON enrolment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON enrolment FROM PUBLIC;
CREATE TRIGGER declaration_append_only BEFORE UPDATE OR DELETE ON declaration FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER declaration_no_truncate BEFORE TRUNCATE ON declaration FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON declaration FROM PUBLIC;
CREATE TRIGGER declaration_line_append_only BEFORE UPDATE OR DELETE ON declaration_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER declaration_line_no_truncate BEFORE TRUNCATE ON declaration_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON declaration_line FROM PUBLIC;
CREATE TRIGGER confirmation_append_only BEFORE UPDATE OR DELETE ON confirmation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER confirmation_no_truncate BEFORE TRUNCATE ON confirmation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON confirmation FROM PUBLIC;
CREATE TRIGGER charge_append_only BEFORE UPDATE OR DELETE ON charge FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER charge_no_truncate BEFORE TRUNCATE ON charge FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON charge FROM PUBLIC;
CREATE TRIGGER notice_append_only BEFORE UPDATE OR DELETE ON notice FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notice_no_truncate BEFORE TRUNCATE ON notice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON notice FROM PUBLIC;
CREATE TRIGGER pay_order_append_only BEFORE UPDATE OR DELETE ON pay_order FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER pay_order_no_truncate BEFORE TRUNCATE ON pay_order FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON pay_order FROM PUBLIC;
CREATE TRIGGER order_charge_append_only BEFORE UPDATE OR DELETE ON order_charge FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_charge_no_truncate BEFORE TRUNCATE ON order_charge FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON order_charge FROM PUBLIC;
CREATE TRIGGER order_event_append_only BEFORE UPDATE OR DELETE ON order_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_event_no_truncate BEFORE TRUNCATE ON order_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON order_event FROM PUBLIC;
CREATE TRIGGER bank_file_append_only BEFORE UPDATE OR DELETE ON bank_file FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_file_no_truncate BEFORE TRUNCATE ON bank_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON bank_file FROM PUBLIC;
CREATE TRIGGER bank_line_append_only BEFORE UPDATE OR DELETE ON bank_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_line_no_truncate BEFORE TRUNCATE ON bank_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON bank_line FROM PUBLIC;
CREATE TRIGGER payment_append_only BEFORE UPDATE OR DELETE ON payment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_no_truncate BEFORE TRUNCATE ON payment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON payment FROM PUBLIC;
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_no_truncate BEFORE TRUNCATE ON posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON posting FROM PUBLIC;
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON entry FROM PUBLIC;
CREATE TRIGGER period_append_only BEFORE UPDATE OR DELETE ON period FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER period_no_truncate BEFORE TRUNCATE ON period FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON period FROM PUBLIC;
CREATE TRIGGER statement_append_only BEFORE UPDATE OR DELETE ON statement FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_no_truncate BEFORE TRUNCATE ON statement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON statement FROM PUBLIC;

-- +goose Down
DROP TRIGGER audit_append_only ON audit;
DROP TRIGGER audit_no_truncate ON audit;
DROP TRIGGER seal_append_only ON seal;
DROP TRIGGER seal_no_truncate ON seal;
DROP TRIGGER sealed_append_only ON sealed;
DROP TRIGGER sealed_no_truncate ON sealed;
DROP TRIGGER idempotency_append_only ON idempotency;
DROP TRIGGER idempotency_no_truncate ON idempotency;
DROP TRIGGER event_append_only ON event;
DROP TRIGGER event_no_truncate ON event;
DROP TRIGGER person_append_only ON person;
DROP TRIGGER person_no_truncate ON person;
DROP TRIGGER identity_append_only ON identity;
DROP TRIGGER identity_no_truncate ON identity;
DROP TRIGGER person_state_append_only ON person_state;
DROP TRIGGER person_state_no_truncate ON person_state;
DROP TRIGGER person_merge_append_only ON person_merge;
DROP TRIGGER person_merge_no_truncate ON person_merge;
DROP TRIGGER employer_append_only ON employer;
DROP TRIGGER employer_no_truncate ON employer;
DROP TRIGGER employer_state_append_only ON employer_state;
DROP TRIGGER employer_state_no_truncate ON employer_state;
DROP TRIGGER employment_append_only ON employment;
DROP TRIGGER employment_no_truncate ON employment;
DROP TRIGGER enrolment_append_only ON enrolment;
DROP TRIGGER enrolment_no_truncate ON enrolment;
DROP TRIGGER declaration_append_only ON declaration;
DROP TRIGGER declaration_no_truncate ON declaration;
DROP TRIGGER declaration_line_append_only ON declaration_line;
DROP TRIGGER declaration_line_no_truncate ON declaration_line;
DROP TRIGGER confirmation_append_only ON confirmation;
DROP TRIGGER confirmation_no_truncate ON confirmation;
DROP TRIGGER charge_append_only ON charge;
DROP TRIGGER charge_no_truncate ON charge;
DROP TRIGGER notice_append_only ON notice;
DROP TRIGGER notice_no_truncate ON notice;
DROP TRIGGER pay_order_append_only ON pay_order;
DROP TRIGGER pay_order_no_truncate ON pay_order;
DROP TRIGGER order_charge_append_only ON order_charge;
DROP TRIGGER order_charge_no_truncate ON order_charge;
DROP TRIGGER order_event_append_only ON order_event;
DROP TRIGGER order_event_no_truncate ON order_event;
DROP TRIGGER bank_file_append_only ON bank_file;
DROP TRIGGER bank_file_no_truncate ON bank_file;
DROP TRIGGER bank_line_append_only ON bank_line;
DROP TRIGGER bank_line_no_truncate ON bank_line;
DROP TRIGGER payment_append_only ON payment;
DROP TRIGGER payment_no_truncate ON payment;
DROP TRIGGER posting_append_only ON posting;
DROP TRIGGER posting_no_truncate ON posting;
DROP TRIGGER entry_append_only ON entry;
DROP TRIGGER entry_no_truncate ON entry;
DROP TRIGGER period_append_only ON period;
DROP TRIGGER period_no_truncate ON period;
DROP TRIGGER statement_append_only ON statement;
DROP TRIGGER statement_no_truncate ON statement;
DROP TRIGGER posting_late ON posting;
DROP TRIGGER entry_balance ON entry;
DROP FUNCTION refuse_change();
DROP FUNCTION refuse_late_leg();
DROP FUNCTION require_balance();
