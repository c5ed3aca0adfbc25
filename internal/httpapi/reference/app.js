"use strict";
// Shows /openapi.json and sends requests to this server. Nothing is kept but
// for the life of the tab; the session is not kept at all.
(() => {
  const words = {
    zh: { session: "会话令牌", area: "统筹地区", operations: "接口", find: "查找", parameters: "参数", body: "请求正文", answer: "返回", try: "试一试",
      send: "发送", key: "幂等键（写入时重复发送不会办两次）", fresh: "换一个", needed: "必填", schema: "结构", may: "需要的权限", open: "不需要登录",
      status: "状态", took: "用时", other: "English", skip: "跳到接口", choose: "请在左边选一个接口。", file: "文件", sending: "正在发送……", failed: "没有得到回答：", headers: "返回头", "If-Match": "读取时返回的 ETag；* 表示不论现在是什么" },
    en: { session: "Session token", area: "Pooling area", operations: "Operations", find: "Find", parameters: "Parameters", body: "Request body", answer: "Answer", try: "Try it",
      send: "Send", key: "Idempotency key (sent again, nothing is done twice)", fresh: "New one", needed: "needed", schema: "Schema", may: "Action needed", open: "no login needed",
      status: "Status", took: "Time", other: "中文", skip: "Go to the operation", choose: "Choose an operation on the left.", file: "File", sending: "Sending…", failed: "There was no answer: ", headers: "Headers" },
  };
  const asked = new URLSearchParams(location.search).get("lang");
  const lang = asked === "en" || asked === "zh" ? asked : (navigator.language || "zh").startsWith("en") ? "en" : "zh";
  const say = (k) => words[lang][k];
  const $ = (id) => document.getElementById(id);
  const tags = {}; // the ETag that was last seen at an address
  let api;

  // el makes an element; texts are always text, never markup.
  const el = (name, attributes = {}, ...inside) => {
    const e = document.createElement(name);
    for (const [k, v] of Object.entries(attributes)) {
      if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
      else if (v !== undefined && v !== false) e.setAttribute(k, v === true ? "" : v);
    }
    e.append(...inside.filter((x) => x !== undefined && x !== null));
    return e;
  };

  const title = (op) => (lang === "zh" && op["x-summary-zh"]) || op.summary || op.operationId;
  const operations = () => Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, op]) => ({ path, method: method.toUpperCase(), op })));
  const resolve = (s) => (s && s.$ref ? api.components.schemas[s.$ref.split("/").pop()] : s);

  // example invents a value that has the form of a schema: an outline to fill in.
  const example = (schema, depth = 0) => {
    if (schema && schema.examples) return schema.examples[0];
    const s = resolve(schema) || {};
    if (s.examples) return s.examples[0];
    if (s.enum) return s.enum.find((x) => x !== "") ?? "";
    if (s.anyOf) return example(s.anyOf[0], depth + 1);
    const type = Array.isArray(s.type) ? s.type[0] : s.type;
    if (type === "array") return depth > 6 ? [] : [example(s.items, depth + 1)];
    if (type === "object") {
      const out = {};
      if (depth > 6) return out;
      for (const [name, member] of Object.entries(s.properties || {})) {
        if ((s.required || []).includes(name)) out[name] = example(member, depth + 1);
      }
      return out;
    }
    if (type === "integer") return 1;
    if (type === "boolean") return true;
    if (type === "string") {
      if ((s.pattern || "").includes("(0[1-9]|1[0-2])$")) return "2026-08";
      if ((s.pattern || "").includes("\\d{2}-\\d{2}$")) return "2026-08-31";
      if ((s.pattern || "").includes("\\d{2}$")) return "9000.00";
      return "";
    }
    return null;
  };

  const kind = (schema) => {
    if (!schema) return "";
    if (schema.$ref) return schema.$ref.split("/").pop();
    if (schema.anyOf) return schema.anyOf.map(kind).join(" | ");
    if (schema.enum) return schema.enum.filter((x) => x !== "").join(" | ");
    const type = [].concat(schema.type || "").join(" | ");
    if (schema.items) return kind(schema.items) + "[]";
    return type + (schema.pattern ? " " + schema.pattern : "");
  };

  // tree shows a schema, one level at a time.
  const tree = (schema, asked = true) => {
    const inner = (s) => {
      if (!s) return null;
      if (s.$ref) return resolve(s);
      if (s.items) return inner(s.items);
      if (s.anyOf) return s.anyOf.map(inner).find((x) => x);
      return s.properties ? s : null;
    };
    const s = inner(schema);
    const list = el("ul", { class: "tree" });
    for (const [name, member] of Object.entries((s && s.properties) || {})) {
      const needed = (s.required || []).includes(name);
      const label = [el("code", {}, name), " ", el("span", { class: "quiet" }, kind(member) + (needed && asked ? " · " + say("needed") : ""))];
      if (inner(member)) {
        const more = el("details", {}, el("summary", {}, ...label));
        more.addEventListener("toggle", () => { if (more.open && more.children.length === 1) more.append(tree(member, asked)); });
        list.append(el("li", {}, more));
      } else list.append(el("li", {}, ...label));
    }
    return s ? list : el("p", { class: "quiet" }, kind(schema));
  };

  // field is what a parameter is given in; one of a few words is chosen.
  const field = (p) => {
    const common = { id: "p-" + p.name, name: p.name, "data-in": p.in, required: p.required };
    if (!p.schema.enum) return el("input", { ...common, value: p.name === "area" ? $("area").value : "" });
    return el("select", common, ...(p.required ? [] : [""]).concat(p.schema.enum).map((x) => el("option", { value: x, selected: x === p.schema.default }, x)));
  };

  const show = (name) => {
    const found = operations().find((x) => x.op.operationId === name);
    const main = $("operation");
    main.replaceChildren();
    for (const a of document.querySelectorAll("nav a")) {
      if (a.hash === "#" + name) a.setAttribute("aria-current", "page"); else a.removeAttribute("aria-current");
    }
    if (!found) {
      const about = (lang === "zh" && api.info["x-description-zh"]) || api.info.description || "";
      main.append(el("p", {}, about), el("p", {}, say("choose")));
      return;
    }
    const { path, method, op } = found;
    document.title = title(op) + " · bujiao API";
    main.append(el("h2", {}, title(op)), el("p", { class: "where" }, el("span", { class: "method" }, method), path),
      el("p", { class: "quiet" }, op["x-action"] ? say("may") + ": " + op["x-action"] : say("open")));
    const form = el("form", { onsubmit: (e) => { e.preventDefault(); send(found, form, out); } });
    const parameters = (op.parameters || []).filter((p) => p.name !== "Idempotency-Key" && p.name !== "lang");
    if (parameters.length) {
      const rows = parameters.map((p) => el("tr", {},
        el("td", {}, el("label", { for: "p-" + p.name }, el("code", {}, p.name)), el("div", { class: "quiet" }, p.in + (p.required ? " · " + say("needed") : ""))),
        el("td", {}, field(p), el("div", { class: "quiet" }, p.schema.enum ? "" : kind(p.schema)), say(p.name) || lang === "en" ? el("div", { class: "quiet" }, say(p.name) || p.description || "") : undefined)));
      form.append(el("h3", {}, say("parameters")), el("table", {}, el("tbody", {}, ...rows)));
    }
    if ((op.parameters || []).some((p) => p.name === "Idempotency-Key")) {
      const key = el("input", { id: "key", size: 36, value: crypto.randomUUID ? crypto.randomUUID() : String(Math.random()) });
      form.append(el("p", {}, el("label", {}, say("key") + " ", key)));
    }
    const content = op.requestBody && op.requestBody.content;
    if (content && content["application/json"]) {
      const schema = content["application/json"].schema;
      const given = content["application/json"].example || example(schema);
      form.append(el("h3", {}, el("label", { for: "body" }, say("body"))), el("textarea", { id: "body", spellcheck: "false" }, JSON.stringify(given, null, 2)),
        el("details", {}, el("summary", {}, say("schema")), tree(schema)));
    } else if (content) {
      form.append(el("h3", {}, el("label", { for: "file" }, say("file"))), el("input", { id: "file", type: "file", required: true }));
    }
    form.append(el("p", {}, el("button", {}, say("send"))));
    const out = el("section", { "aria-live": "polite" });
    main.append(form, out);
    const good = Object.entries(op.responses || {}).find(([status]) => status.startsWith("2"));
    const schema = good && good[1].content && Object.values(good[1].content)[0].schema;
    if (schema) main.append(el("h3", {}, say("answer") + " " + good[0]), tree(schema, false));
  };

  const send = async ({ path, method, op }, form, out) => {
    const query = new URLSearchParams({ lang });
    const headers = {};
    let url = path;
    for (const input of form.querySelectorAll("[data-in]")) {
      if (input.value === "") continue;
      if (input.dataset.in === "path") url = url.replace("{" + input.name + "}", encodeURIComponent(input.value));
      if (input.dataset.in === "query") query.set(input.name, input.value);
      if (input.dataset.in === "header") headers[input.name] = input.value;
    }
    const match = form.querySelector("[name=If-Match]");
    if (match && match.value === "" && tags[url]) headers["If-Match"] = match.value = tags[url];
    if ($("session").value) headers.Authorization = "Bearer " + $("session").value;
    if ($("key") && $("key").value) headers["Idempotency-Key"] = $("key").value;
    let body;
    if ($("body")) { body = $("body").value; headers["Content-Type"] = "application/json"; }
    if ($("file")) { body = $("file").files[0]; headers["Content-Type"] = "application/octet-stream"; }
    out.replaceChildren(el("p", {}, say("sending")));
    const start = performance.now();
    try {
      const r = await fetch(url + "?" + query, { method, headers, body });
      const text = await r.text();
      const took = Math.round(performance.now() - start);
      let shown = text;
      try {
        const answer = JSON.parse(text);
        shown = JSON.stringify(answer, null, 2);
        if (op.operationId === "session-open" && r.ok) $("session").value = answer.token; // whoever logs in goes on with it
      } catch { /* shown as it came */ }
      if (r.headers.get("etag")) tags[url] = r.headers.get("etag");
      const kept = ["etag", "link", "location", "retry-after", "x-request-id"].filter((h) => r.headers.get(h)).map((h) => h + ": " + r.headers.get(h)).join("\n");
      out.replaceChildren(el("h3", {}, say("answer")),
        el("p", {}, say("status") + " ", el("span", { class: r.ok ? "good" : "bad" }, r.status + " " + r.statusText), " · " + say("took") + " " + took + " ms"),
        kept ? el("pre", { "aria-label": say("headers"), tabindex: 0 }, kept) : undefined, el("pre", { class: "answer", tabindex: 0, "aria-label": say("answer") }, shown));
      out.scrollIntoView({ block: "nearest" });
    } catch (e) {
      out.replaceChildren(el("p", { class: "bad" }, say("failed") + e.message));
    }
  };

  const list = () => {
    const want = $("find").value.toLowerCase();
    const wide = matchMedia("(min-width: 48rem)").matches;
    const groups = (api.tags || []).map((t) => {
      const links = operations().filter(({ op, path }) => op.tags.includes(t.name) && (title(op) + path + op.operationId).toLowerCase().includes(want))
        .map(({ op, method, path }) => el("li", {}, el("a", { href: "#" + op.operationId, title: method + " " + path }, el("span", { class: "method" }, method), el("span", {}, title(op)))));
      return links.length ? el("details", { open: wide || want !== "" || links.some((l) => l.querySelector("a").hash === location.hash) }, el("summary", {}, (lang === "zh" && t["x-description-zh"]) || t.description || t.name), el("ul", {}, ...links)) : undefined;
    });
    $("operations").replaceChildren(...groups.filter((g) => g));
  };

  const start = async () => {
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    for (const e of document.querySelectorAll("[data-say]")) e.textContent = say(e.dataset.say);
    document.querySelector(".skip").textContent = say("skip");
    $("other").textContent = say("other");
    $("other").addEventListener("click", (e) => { e.preventDefault(); location.assign("?lang=" + (lang === "zh" ? "en" : "zh") + location.hash); });
    api = await (await fetch("/openapi.json")).json();
    list();
    $("find").addEventListener("input", list);
    const go = () => { // on a phone the operation stands below the list
      show(location.hash.slice(1));
      if (location.hash) { $("operation").focus({ preventScroll: true }); $("operation").scrollIntoView(); }
    };
    addEventListener("hashchange", go);
    go();
  };
  start();
})();
