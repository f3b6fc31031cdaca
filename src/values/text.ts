const worst = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|[\x01-\x08\x0B\x0C\x0E-\x1F]/;
