-- The books of the office: every table of the system of record, keyed by pooling area first.
-- +goose Up
-- named values of an area, such as the office date
CREATE TABLE setting (
    area TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, name)
);

-- how many rows were written to each table, with the sum of their MACs; a transaction updates one lane
CREATE TABLE lane (
    area TEXT NOT NULL,
    lane BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    sums BYTEA NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, lane)
);

-- who did what to which object and why; reading a person leaves a line too
CREATE TABLE audit (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    reason TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX audit_kind_object_id ON audit (area, kind, object, id);
CREATE INDEX audit_actor_id ON audit (area, actor, id);

-- one signed Merkle root an area and day
CREATE TABLE seal (
    area TEXT NOT NULL,
    day TEXT NOT NULL,
    first BIGINT NOT NULL,
    size BIGINT NOT NULL,
    root TEXT NOT NULL,
    prev TEXT NOT NULL,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, day)
);

-- the place of each sealed row
CREATE TABLE sealed (
    area TEXT NOT NULL,
    position BIGINT NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    leaf TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, position)
);
CREATE UNIQUE INDEX sealed_kind_ref_key ON sealed (area, kind, ref);

-- work to do, enqueued with the event that asks for it
CREATE TABLE job (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    leased_by TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    error TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    done_at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX job_state_run_at ON job (area, state, run_at);
CREATE INDEX job_kind_key_state ON job (area, kind, key, state);

-- who may log in, and as what
CREATE TABLE account (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    login_hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    role TEXT NOT NULL,
    employer TEXT NOT NULL,
    person TEXT NOT NULL,
    areas TEXT NOT NULL,
    password TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX account_login_hash_key ON account (area, login_hash);

-- logins; the token is kept as a hash only
CREATE TABLE session (
    area TEXT NOT NULL,
    hash TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, hash)
);
CREATE INDEX session_account ON session (area, account);

-- results of operations by the key of the caller
CREATE TABLE idempotency (
    area TEXT NOT NULL,
    key TEXT NOT NULL,
    operation TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    result TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, key)
);

-- who is told of events; the secret is a box
CREATE TABLE webhook (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    topics TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);

-- the outbox: what happened, for webhooks and notices
CREATE TABLE event (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    topic TEXT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    payload TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX event_topic_id ON event (area, topic, id);

-- what became of an event at a webhook
CREATE TABLE delivery (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    event TEXT NOT NULL,
    webhook TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    status BIGINT NOT NULL,
    error TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX delivery_event_webhook_key ON delivery (area, event, webhook);

-- encrypted personal data: numbers, names, bank accounts; the only table that key rotation rewrites
CREATE TABLE box (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    field TEXT NOT NULL,
    data BYTEA NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX box_owner_field ON box (area, owner, field);

-- four eyes: what one proposed and another decided
CREATE TABLE approval (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    operation TEXT NOT NULL,
    object TEXT NOT NULL,
    payload TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX approval_state_id ON approval (area, state, id);
CREATE INDEX approval_object ON approval (area, object);

-- statutory terms that run
CREATE TABLE clock (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    state TEXT NOT NULL,
    met_on TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX clock_kind_object_key ON clock (area, kind, object);
CREATE INDEX clock_state_ends_on ON clock (area, state, ends_on);

-- insured persons; the hash finds them, what is known of them stands in person_state
CREATE TABLE person (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    number_hash TEXT NOT NULL,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX person_number_hash_key ON person (area, number_hash);

-- documents of a person, one to many
CREATE TABLE identity (
    area TEXT NOT NULL,
    hash TEXT NOT NULL,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    box TEXT NOT NULL,
    from_on TEXT NOT NULL,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, hash)
);
CREATE INDEX identity_person ON identity (area, person);

-- what was true of a person from a day, as known from a day; name and bank_account are boxes
CREATE TABLE person_state (
    area TEXT NOT NULL,
    person TEXT NOT NULL,
    id TEXT NOT NULL,
    from_on TEXT NOT NULL,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    name TEXT NOT NULL,
    birth TEXT NOT NULL,
    sex TEXT NOT NULL,
    hukou_area TEXT NOT NULL,
    hukou_kind TEXT NOT NULL,
    nationality TEXT NOT NULL,
    category TEXT NOT NULL,
    bank TEXT NOT NULL,
    bank_account TEXT NOT NULL,
    reason TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, person, id)
);

-- duplicates joined, and parted again
CREATE TABLE person_merge (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    loser TEXT NOT NULL,
    winner TEXT NOT NULL,
    undoes TEXT NOT NULL,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX person_merge_loser ON person_merge (area, loser);
CREATE INDEX person_merge_winner ON person_merge (area, winner);

-- employers by unified social credit code
CREATE TABLE employer (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    credit_code TEXT NOT NULL,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX employer_credit_code_key ON employer (area, credit_code);

-- what was true of an employer from a day, as known from a day; bank_account is a box
CREATE TABLE employer_state (
    area TEXT NOT NULL,
    employer TEXT NOT NULL,
    id TEXT NOT NULL,
    from_on TEXT NOT NULL,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    name TEXT NOT NULL,
    unit_type TEXT NOT NULL,
    ownership TEXT NOT NULL,
    injury_class BIGINT NOT NULL,
    injury_rate BIGINT NOT NULL,
    formed_on TEXT NOT NULL,
    status TEXT NOT NULL,
    bank TEXT NOT NULL,
    bank_account TEXT NOT NULL,
    mandate_from TEXT NOT NULL,
    reason TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, employer, id)
);

-- labour relations; a correction is a later row that replaces
CREATE TABLE employment (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    person TEXT NOT NULL,
    employer TEXT NOT NULL,
    population TEXT NOT NULL,
    tier TEXT NOT NULL,
    category TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    wage BIGINT,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    registered_on TEXT NOT NULL,
    replaces TEXT NOT NULL,
    reason TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX employment_person ON employment (area, person);
CREATE INDEX employment_employer_from_on ON employment (area, employer, from_on);
CREATE INDEX employment_replaces ON employment (area, replaces);

-- who is insured in which scheme; scheme 0 is all that are mandatory
CREATE TABLE enrolment (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    person TEXT NOT NULL,
    employer TEXT NOT NULL,
    payer TEXT NOT NULL,
    scheme BIGINT NOT NULL,
    population TEXT NOT NULL,
    tier TEXT NOT NULL,
    grade TEXT NOT NULL,
    benefit_group TEXT NOT NULL,
    from_month TEXT NOT NULL,
    to_month TEXT NOT NULL,
    base BIGINT,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    replaces TEXT NOT NULL,
    reason TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX enrolment_person ON enrolment (area, person);
CREATE INDEX enrolment_employer_from_month ON enrolment (area, employer, from_month);
CREATE INDEX enrolment_replaces ON enrolment (area, replaces);

-- what an employer (or a person without one) declared for a month, and what the office estimated in its place
CREATE TABLE declaration (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    employer TEXT NOT NULL,
    person TEXT NOT NULL,
    month TEXT NOT NULL,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    declared_on TEXT NOT NULL,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    lines BIGINT NOT NULL,
    input_hash TEXT NOT NULL,
    replaces TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX declaration_employer_month ON declaration (area, employer, month);
CREATE INDEX declaration_person_month ON declaration (area, person, month);
CREATE INDEX declaration_month_kind ON declaration (area, month, kind);

-- one employee of a declaration
CREATE TABLE declaration_line (
    area TEXT NOT NULL,
    declaration TEXT NOT NULL,
    person TEXT NOT NULL,
    employment TEXT NOT NULL,
    wage BIGINT NOT NULL,
    base BIGINT,
    confirmation TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, declaration, person)
);
CREATE INDEX declaration_line_person_declaration ON declaration_line (area, person, declaration);

-- the employee's word on what is declared (R-DECL-02)
CREATE TABLE confirmation (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    person TEXT NOT NULL,
    employer TEXT NOT NULL,
    month TEXT NOT NULL,
    wage BIGINT NOT NULL,
    method TEXT NOT NULL,
    evidence TEXT NOT NULL,
    on_day TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX confirmation_person_month ON confirmation (area, person, month);
CREATE INDEX confirmation_employer_month ON confirmation (area, employer, month);

-- what is billed for a person, scheme and month
CREATE TABLE charge (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    declaration TEXT NOT NULL,
    employer TEXT NOT NULL,
    person TEXT NOT NULL,
    payer TEXT NOT NULL,
    scheme BIGINT NOT NULL,
    fee_month TEXT NOT NULL,
    posted_month TEXT NOT NULL,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    base BIGINT,
    employer_fen BIGINT NOT NULL,
    person_fen BIGINT NOT NULL,
    late_fee_fen BIGINT NOT NULL,
    due_on TEXT NOT NULL,
    carried_from TEXT NOT NULL,
    policy TEXT NOT NULL,
    settles TEXT NOT NULL,
    known_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX charge_person_fee_month_scheme ON charge (area, person, fee_month, scheme);
CREATE INDEX charge_employer_posted_month ON charge (area, employer, posted_month);
CREATE INDEX charge_declaration ON charge (area, declaration);
CREATE INDEX charge_carried ON charge (area, fee_month) WHERE carried_from > '';

-- payment notices
CREATE TABLE notice (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    employer TEXT NOT NULL,
    person TEXT NOT NULL,
    month TEXT NOT NULL,
    kind TEXT NOT NULL,
    due_on TEXT NOT NULL,
    declaration TEXT NOT NULL,
    employer_fen BIGINT NOT NULL,
    person_fen BIGINT NOT NULL,
    late_fee_fen BIGINT NOT NULL,
    issued_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX notice_employer_month ON notice (area, employer, month);
CREATE INDEX notice_person_month ON notice (area, person, month);

-- what is to be paid at once; its state is the fold of its events
CREATE TABLE pay_order (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    notice TEXT NOT NULL,
    employer TEXT NOT NULL,
    person TEXT NOT NULL,
    month TEXT NOT NULL,
    channel TEXT NOT NULL,
    bank TEXT NOT NULL,
    account TEXT NOT NULL,
    due_on TEXT NOT NULL,
    employer_fen BIGINT NOT NULL,
    person_fen BIGINT NOT NULL,
    late_fee_fen BIGINT NOT NULL,
    created_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX pay_order_employer_month ON pay_order (area, employer, month);
CREATE INDEX pay_order_person_month ON pay_order (area, person, month);
CREATE INDEX pay_order_notice ON pay_order (area, notice);

-- what an order is for
CREATE TABLE order_charge (
    area TEXT NOT NULL,
    pay_order TEXT NOT NULL,
    charge TEXT NOT NULL,
    employer_fen BIGINT NOT NULL,
    person_fen BIGINT NOT NULL,
    late_fee_fen BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, pay_order, charge)
);
CREATE INDEX order_charge_charge ON order_charge (area, charge);

-- sent, failed, retried, paid, cancelled
CREATE TABLE order_event (
    area TEXT NOT NULL,
    pay_order TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    on_day TEXT NOT NULL,
    amount BIGINT NOT NULL,
    reason TEXT NOT NULL,
    file TEXT NOT NULL,
    bank_line TEXT NOT NULL,
    payment TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, pay_order, id)
);
CREATE INDEX order_event_kind_on_day ON order_event (area, kind, on_day);

-- files from and to banks
CREATE TABLE bank_file (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    bank TEXT NOT NULL,
    layout TEXT NOT NULL,
    direction TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    lines BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX bank_file_direction_file_hash_key ON bank_file (area, direction, file_hash);

-- lines of bank files
CREATE TABLE bank_line (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    file TEXT NOT NULL,
    seq BIGINT NOT NULL,
    reference TEXT NOT NULL,
    amount BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    account_hash TEXT NOT NULL,
    memo TEXT NOT NULL,
    result TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX bank_line_file_seq_key ON bank_line (area, file, seq);
CREATE INDEX bank_line_reference ON bank_line (area, reference);

-- money received for an order
CREATE TABLE payment (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    pay_order TEXT NOT NULL,
    source TEXT NOT NULL,
    bank_line TEXT NOT NULL,
    amount BIGINT NOT NULL,
    paid_on TEXT NOT NULL,
    arrived_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX payment_key_key ON payment (area, key);
CREATE INDEX payment_pay_order ON payment (area, pay_order);
CREATE INDEX payment_bank_line ON payment (area, bank_line);
CREATE INDEX payment_paid_on ON payment (area, paid_on);

-- money that no order claims: who looks after it, since when, what is proposed
CREATE TABLE suspense (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    bank_line TEXT NOT NULL,
    amount BIGINT NOT NULL,
    owner TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    proposal TEXT NOT NULL,
    proposed_order TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    closed_on TEXT NOT NULL,
    closed_by TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX suspense_bank_line_key ON suspense (area, bank_line);
CREATE INDEX suspense_state_opened_on ON suspense (area, state, opened_on);

-- money to give back; decided by another pair of eyes
CREATE TABLE refund (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    employer TEXT NOT NULL,
    person TEXT NOT NULL,
    scheme BIGINT NOT NULL,
    fee_month TEXT NOT NULL,
    charge TEXT NOT NULL,
    payment TEXT NOT NULL,
    employer_fen BIGINT NOT NULL,
    person_fen BIGINT NOT NULL,
    late_fee_fen BIGINT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_on TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    entry TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX refund_state_id ON refund (area, state, id);
CREATE INDEX refund_person ON refund (area, person);
CREATE INDEX refund_employer_state_id ON refund (area, employer, state, id);

-- legs of an entry; they go in before the entry, which closes them
CREATE TABLE posting (
    area TEXT NOT NULL,
    entry TEXT NOT NULL,
    seq BIGINT NOT NULL,
    ledger_account TEXT NOT NULL,
    party TEXT NOT NULL,
    person TEXT NOT NULL,
    scheme BIGINT NOT NULL,
    fee_month TEXT NOT NULL,
    employer_fen BIGINT NOT NULL,
    person_fen BIGINT NOT NULL,
    charge TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, entry, seq)
);
CREATE INDEX posting_person_fee_month ON posting (area, person, fee_month);
CREATE INDEX posting_ledger_account_party ON posting (area, ledger_account, party);
CREATE INDEX posting_charge ON posting (area, charge);

-- double-entry journal; an entry sums to zero
CREATE TABLE entry (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    posted_on TEXT NOT NULL,
    posted_month TEXT NOT NULL,
    ref_kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    corrects TEXT NOT NULL,
    key TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    legs BIGINT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    known_on TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX entry_key_key ON entry (area, key);
CREATE INDEX entry_ref_kind_ref ON entry (area, ref_kind, ref);
CREATE INDEX entry_posted_month ON entry (area, posted_month);

-- closed months: nothing is posted into them any more
CREATE TABLE period (
    area TEXT NOT NULL,
    month TEXT NOT NULL,
    closed_on TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, month)
);

-- debts that the nightly job found; the price of a day comes from the kernel
CREATE TABLE arrears (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    person TEXT NOT NULL,
    employer TEXT NOT NULL,
    scheme BIGINT NOT NULL,
    fee_month TEXT NOT NULL,
    cause TEXT NOT NULL,
    state TEXT NOT NULL,
    employer_fen BIGINT,
    person_fen BIGINT,
    found_on TEXT NOT NULL,
    closed_on TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE UNIQUE INDEX arrears_person_scheme_fee_month_employer_key ON arrears (area, person, scheme, fee_month, employer);
CREATE INDEX arrears_employer_state_person ON arrears (area, employer, state, person);
CREATE INDEX arrears_employer_id ON arrears (area, employer, id);
CREATE INDEX arrears_state_id ON arrears (area, state, id);

-- statements handed over: monthly notice, yearly rights statement, payment notice
CREATE TABLE statement (
    area TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    employer TEXT NOT NULL,
    person TEXT NOT NULL,
    period TEXT NOT NULL,
    digest TEXT NOT NULL,
    method TEXT NOT NULL,
    delivered_on TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, id)
);
CREATE INDEX statement_person_kind_period ON statement (area, person, kind, period);
CREATE INDEX statement_employer_kind_period ON statement (area, employer, kind, period);

-- orders that are neither paid in full nor cancelled, so that matching need not look at all there ever were
CREATE TABLE open_order (
    area TEXT NOT NULL,
    pay_order TEXT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (area, pay_order)
);

-- +goose Down
DROP TABLE open_order;
DROP TABLE statement;
DROP TABLE arrears;
DROP TABLE period;
DROP TABLE entry;
DROP TABLE posting;
DROP TABLE refund;
DROP TABLE suspense;
DROP TABLE payment;
DROP TABLE bank_line;
DROP TABLE bank_file;
DROP TABLE order_event;
DROP TABLE order_charge;
DROP TABLE pay_order;
DROP TABLE notice;
DROP TABLE charge;
DROP TABLE confirmation;
DROP TABLE declaration_line;
DROP TABLE declaration;
DROP TABLE enrolment;
DROP TABLE employment;
DROP TABLE employer_state;
DROP TABLE employer;
DROP TABLE person_merge;
DROP TABLE person_state;
DROP TABLE identity;
DROP TABLE person;
DROP TABLE clock;
DROP TABLE approval;
DROP TABLE box;
DROP TABLE delivery;
DROP TABLE event;
DROP TABLE webhook;
DROP TABLE idempotency;
DROP TABLE session;
DROP TABLE account;
DROP TABLE job;
DROP TABLE sealed;
DROP TABLE seal;
DROP TABLE audit;
DROP TABLE lane;
DROP TABLE setting;
