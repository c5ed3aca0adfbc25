package httpapi

import "net/http"

// table has every route of the API with what the asker must be allowed.
var table = []route{
	post("/v1/due", public, "ask-due", due),
	post("/v1/latefee", public, "ask-latefee", lateFee),
	post("/v1/quote", public, "ask-quote", quote),
	post("/v1/assess", public, "ask-assess", assessRows).upTo(maxFile),
	post("/v1/assess/file", public, "ask-assess-file", assessFile).upTo(maxFile),
	post("/v1/estimate", public, "ask-estimate", estimate),
	post("/v1/retire", public, "ask-retire", retire),
	post("/v1/wait", public, "ask-wait", wait),
	post("/v1/term", public, "ask-term", term),
	post("/v1/numbers/check", public, "ask-numbers", checkNumbers),
	post("/v1/receipts/verify", public, "ask-verify", verify).upTo(maxReceipt),
	get("/v1/packs", public, "law-areas", listAreas),
	get("/v1/packs/{area}", public, "law-pack", showPack),
	get("/v1/schemas", public, "law-schemas", listSchemas),
	get("/v1/schemas/{name}", public, "law-schema", showSchema),
	get("/v1/version", public, "law-version", showVersion),

	post("/v1/session", public, "session-open", logIn).as(http.StatusCreated),
	get("/v1/session", anybody, "session-show", whoAmI),
	remove("/v1/session", public, "session-close", logOut).as(http.StatusNoContent),
	put("/v1/areas/{area}/password", "account.own", "session-password", changePassword).as(http.StatusNoContent),
	get("/v1/areas/{area}/accounts", "account.read", "account-list", listAccounts),
	post("/v1/areas/{area}/accounts", "account.write", "account-open", openAccount).as(http.StatusCreated),
	put("/v1/areas/{area}/accounts/{id}", "account.write", "account-change", changeAccount),
	remove("/v1/areas/{area}/accounts/{id}/sessions", "account.own", "account-end-sessions", endSessions),

	post("/v1/areas/{area}/persons/find", "person.read", "person-find", findPerson),
	get("/v1/areas/{area}/persons/{id}", "person.read", "person-show", showPerson),
	get("/v1/areas/{area}/readers", "audit.read_own", "person-readers", listReaders),

	get("/v1/areas/{area}/employers/{employer}/months/{month}/declarations", "declaration.read", "declaration-list", listDeclarations),
	post("/v1/areas/{area}/employers/{employer}/months/{month}/declarations", "declaration.submit", "declaration-submit", declare).as(http.StatusCreated),
	get("/v1/areas/{area}/employers/{employer}/months/{month}/unconfirmed", "declaration.read", "declaration-unconfirmed", listUnconfirmed),
	post("/v1/areas/{area}/employers/{employer}/months/{month}/confirmations", "declaration.confirm", "declaration-confirm", confirm).as(http.StatusCreated),
	post("/v1/areas/{area}/employers/{employer}/months/{month}/close", "settlement.run", "declaration-close", closeMonth),
	post("/v1/areas/{area}/employers/{employer}/months/{month}/settle", "settlement.run", "declaration-settle", settleMonth),
	get("/v1/areas/{area}/declarations/{id}", "declaration.read", "declaration-show", showDeclaration),
	get("/v1/areas/{area}/months/{month}/notices", "order.read", "declaration-notices", listNotices),
	get("/v1/areas/{area}/notices/{id}", "order.read", "declaration-notice", showNotice),

	get("/v1/webhooks/topics", public, "webhook-topics", listTopics),
	get("/v1/areas/{area}/webhooks", "webhook.write", "webhook-list", listWebhooks),
	post("/v1/areas/{area}/webhooks", "webhook.write", "webhook-add", addWebhook).as(http.StatusCreated),
	get("/v1/areas/{area}/webhooks/{id}", "webhook.write", "webhook-show", showWebhook),
	put("/v1/areas/{area}/webhooks/{id}", "webhook.write", "webhook-change", changeWebhook),
	remove("/v1/areas/{area}/webhooks/{id}", "webhook.write", "webhook-remove", removeWebhook).as(http.StatusNoContent),
	get("/v1/areas/{area}/webhooks/{id}/deliveries", "webhook.write", "webhook-deliveries", listDeliveries),

	get("/v1/areas/{area}/jobs", "job.read", "job-list", listJobs),
	post("/v1/areas/{area}/jobs/{id}/retry", "job.retry", "job-retry", retryJob).as(http.StatusNoContent),
}
