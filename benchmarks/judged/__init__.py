"""The pipeline judged by truth: replicates of simulated studies against what really happened."""
