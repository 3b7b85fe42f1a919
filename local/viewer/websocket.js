AsyncApiStandalone.render(
  { schema: { url: "/docs/websocket/asyncapi.json" }, config: { show: { sidebar: true } } },
  document.getElementById("viewer"),
);
