package httpapi

// table has every route of the API with what the asker must be allowed.
var table = []route{
	post("/v1/due", public, "ask-due", due),
	post("/v1/latefee", public, "ask-latefee", lateFee),
	post("/v1/quote", public, "ask-quote", quote),
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
}
