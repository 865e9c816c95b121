"""What happens: people with plans walk through the mall, tick by tick, without pixels."""
