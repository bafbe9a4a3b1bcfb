"""What the broker's client, aiokafka, lacks; `mending.mend_client` puts it in."""
