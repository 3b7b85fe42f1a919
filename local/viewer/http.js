// Instead of swagger-ui-dist's own initializer, which shows a sample; nothing is sent to a validator on the web.
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#viewer", validatorUrl: null, persistAuthorization: true });
